import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askGithub } from './ask-github.ts';
import { Git } from './github/git/command.ts';
import type { Github } from './github/start.ts';
import type { Keys } from './keys.ts';
import { PEOPLE, type SandboxPerson } from './people.ts';
import { FEATURES, type Feature, type Files, filesOf, without } from './sample-history.ts';
import type { Seeding } from './sandbox.ts';

const SAMPLE = fileURLToPath(new URL('../../samples/pynomaly-lite', import.meta.url));
const LEAD = 'tom';

/**
 * The sample with a history: a released v0.1.0 on main, and on develop what came since, each feature by a pull request that somebody
 * else approved. The commits are always the same; only GitHub's merges carry the time at which they were made.
 */
export async function importSample({ github, keys, scratch }: Seeding): Promise<string> {
  const name = { owner: 'acme', name: 'pynomaly-lite' };
  const folder = join(scratch, 'sample.git');
  rmSync(folder, { recursive: true, force: true });
  const source = new Git(folder);
  await source.text(['init', '--quiet', '--bare', folder]);
  await source.text(['fast-import', '--quiet'], { input: history() });
  const made = await github.createRepository({
    ...name,
    from: folder,
    defaultBranch: 'main',
    description: 'Small anomaly detectors for plain lists of numbers',
    rules: [{ branch: 'main', approvals: 1 }],
  });
  rmSync(folder, { recursive: true });
  const git = new Git(made.path);
  for (const feature of FEATURES) {
    const { code } = await git.attempt(['show-ref', '--verify', '--quiet', `refs/heads/${feature.branch}`]);
    if (code === 0) await bringIn(github, keys, feature); // else an earlier start did
  }
  return made.cloneUrl;
}

interface Pull {
  readonly number: number;
}

/** As people do it: opened by its author, approved by the lead, merged, the branch deleted. */
async function bringIn({ apiUrl }: Github, keys: Keys, { author, branch, title }: Feature): Promise<void> {
  const repo = `${apiUrl}/repos/acme/pynomaly-lite`;
  const as = (login: string) => keys.people[login]?.githubToken ?? '';
  const wish = { head: branch, base: 'develop', title };
  const [open] = await askGithub<Pull[]>(`${repo}/pulls?head=acme:${branch}&state=open`, as(author));
  const pull = open ?? (await askGithub<Pull>(`${repo}/pulls`, as(author), { body: wish }));
  await askGithub(`${repo}/pulls/${pull.number}/reviews`, as(LEAD), { body: { event: 'APPROVE' } });
  await askGithub(`${repo}/pulls/${pull.number}/merge`, as(author), { method: 'PUT', body: {} });
  await askGithub(`${repo}/git/refs/heads/${branch}`, as(author), { method: 'DELETE' });
}

/** For git fast-import: the last release, and a stack of branches on it. */
function history(): Buffer {
  const states: Files[] = [filesOf(SAMPLE)];
  for (const feature of FEATURES.toReversed()) states.unshift(without(feature, states[0] as Files));
  const [released, ...since] = states as [Files, ...Files[]];
  const day = (index: number) => Date.UTC(2026, 1, 2 + 7 * index, 9) / 1000;
  const lead = signature(LEAD, day(0));
  return Buffer.concat([
    commit({
      ref: 'refs/heads/main',
      mark: 1,
      by: lead,
      title: 'feat: the detectors z-score and mad',
      files: released,
    }),
    text(`reset refs/heads/develop\nfrom :1\n\ntag v0.1.0\nfrom :1\ntagger ${lead}\n`),
    data(Buffer.from('Release version 0.1.0\n')),
    ...FEATURES.map(({ author, branch, title }, index) =>
      commit({
        ref: `refs/heads/${branch}`,
        mark: index + 2,
        from: index + 1,
        by: signature(author, day(index + 1)),
        title,
        files: since[index] as Files,
      }),
    ),
  ]);
}

interface NewCommit {
  readonly ref: string;
  readonly mark: number;
  readonly from?: number;
  readonly by: string;
  readonly title: string;
  readonly files: Files;
}

function commit({ ref, mark, from, by, title, files }: NewCommit): Buffer {
  return Buffer.concat([
    text(`commit ${ref}\nmark :${mark}\nauthor ${by}\ncommitter ${by}\n`),
    data(Buffer.from(`${title}\n`)),
    text(`${from === undefined ? '' : `from :${from}\n`}deleteall\n`),
    ...[...files].flatMap(([path, content]) => [text(`M 100644 inline ${path}\n`), data(content)]),
    text('\n'),
  ]);
}

function data(content: Buffer): Buffer {
  return Buffer.concat([text(`data ${content.length}\n`), content, text('\n')]);
}

function text(content: string): Buffer {
  return Buffer.from(content);
}

function signature(login: string, seconds: number): string {
  const { name, email } = PEOPLE.find((one) => one.login === login) as SandboxPerson;
  return `${name} <${email}> ${seconds} +0000`;
}
