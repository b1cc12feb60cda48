import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProblemCode } from '../../src/domain/problem.ts';
import { wheel } from '../support/distribution.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { changesOf, changesOfRelease, filesOn, gitOn, refsOf, releasesOf } from '../support/outside.ts';
import { sampleFiles } from '../support/release-sample.ts';
import { runTool } from '../support/run-tool.ts';
import type { ReleaseRun, Service } from '../support/service.ts';
import type { ProjectWish, World } from '../support/world.ts';

let world: World;
let service: Service;

inOneWorld((...opened) => {
  [world, service] = opened;
});

/** Neither a file on the production index nor a GitHub release: whatever happened, nobody installs it. */
async function expectNothingPublished(project: string) {
  expect((await filesOn(world, 'index', project)).filter(({ name }) => name.includes('1.1.0'))).toEqual([]);
  expect(await releasesOf(world, project)).toEqual([]);
}

const brokenReadme = {
  'pyproject.toml': sampleFiles('metadata', '1.0.0')['pyproject.toml']!.replace('README.md', 'README.rst'),
  'README.rst': 'Title\n=====\n\n.. nosuch:: directive\n\n`unfinished\n',
};
const CANDIDATES: readonly (ProjectWish & { project: string; what: string; step: string; code: ProblemCode })[] = [
  {
    ...{ project: 'gate', what: 'a gate that fails', step: 'test.gate.imports', code: 'gate-failed' },
    change: { gates: [{ name: 'imports', run: 'python -c "import nosuch"' }] },
  },
  {
    ...{ project: 'installs', what: 'a package that does not run once installed', step: 'test.install' },
    ...{ code: 'install-failed', change: { smoke: ['python -c "import nosuch"'] } },
  },
  {
    ...{ project: 'metadata', what: 'a description that the index could not show', step: 'test.build' },
    ...{ code: 'metadata-refused', files: brokenReadme },
  },
];

describe.concurrent('before anything is published', { timeout: WITHIN_MS }, () => {
  test.each(CANDIDATES)('$what blocks: $code', async ({ project, step, code, ...wish }) => {
    await world.addProject(project, wish);
    const run = await service.release(project);
    const { problem } = await run.blocked(step);
    expect(problem).toMatchObject({ code, remedy: expect.stringMatching(/\w/) });
    await expectNothingPublished(project);
    expect(changesOf(world, project)).toEqual(['git push sample refs/heads/release/v1.1.0']);
  });

  test('a tag that is taken blocks the preflight, and nothing is changed', async () => {
    await world.addProject('tagged');
    gitOn(world, 'tagged', 'update-ref', 'refs/tags/v1.1.0', 'main');
    const run = await service.release('tagged');
    expect((await run.blocked('prepare.preflight')).problem).toMatchObject({ code: 'tag-taken' });
    expect(changesOf(world, 'tagged')).toEqual([]);
  });

  test('a version that the index has blocks the preflight, and nothing is changed', async () => {
    await world.addProject('spent');
    await someoneUploads('spent');
    const before = changesOf(world, 'spent');
    const run = await service.release('spent');
    expect((await run.blocked('prepare.preflight')).problem).toMatchObject({ code: 'version-taken' });
    expect(changesOf(world, 'spent')).toEqual(before);
  });

  test('a release branch that somebody pushed to is not merged, whoever signed what was there before', async () => {
    const run = await waitingForSignOffs('pushed');
    commitOn('pushed', 'release/v1.1.0', { 'late.txt': 'one more thing\n' });
    await run.signOff();
    const state = await run.until(({ status }) => status === 'blocked', { blocks: true });
    expect(state.steps.find(({ status }) => status === 'blocked')?.problem).toMatchObject({ code: 'branch-moved' });
    await expectNothingPublished('pushed');
    expect(refsOf(world, 'pushed').join()).not.toContain('refs/tags/v1.1.0');
  });

  test('a tag that appears during the sign-offs is not moved', async () => {
    const run = await waitingForSignOffs('raced');
    gitOn(world, 'raced', 'update-ref', 'refs/tags/v1.1.0', 'main');
    await run.signOff();
    expect((await run.blocked('release.tag')).problem).toMatchObject({ code: 'tag-taken' });
    await expectNothingPublished('raced');
  });

  test('a file with other bytes that appears during the sign-offs stops the upload before its first file', async () => {
    const run = await waitingForSignOffs('foreign');
    await someoneUploads('foreign');
    await run.signOff();
    expect((await run.blocked('release.index')).problem).toMatchObject({ code: 'index-conflict' });
    expect(await filesOn(world, 'index', 'foreign')).toHaveLength(1);
    expect(await releasesOf(world, 'foreign')).toEqual([]);
  });

  test('a main that moved is taken in: tested anew, signed anew, and what is released holds it', async () => {
    const run = await waitingForSignOffs('moved');
    commitOn('moved', 'main', { 'src/moved/fix.py': '# a fix\n' });
    const first = await run.state();
    await run.signOff();
    const again = await run.until(
      ({ commit, waitingFor }) => commit !== first.commit && waitingFor.some(({ kind }) => kind === 'sign-off'),
    );
    expect(again.signOffs).toMatchObject([{ voided: expect.stringMatching(/\w/) }]);
    expect(again.manifest?.digest).not.toBe(first.manifest?.digest);
    await run.signOff();
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    expect(gitOn(world, 'moved', 'show', 'v1.1.0:src/moved/fix.py')).toBe('# a fix\n');
    expect(new Set(changesOf(world, 'moved'))).toEqual(
      new Set([...changesOfRelease(world), 'git push sample refs/heads/release/v1.1.0']),
    );
  });
});

async function waitingForSignOffs(project: string): Promise<ReleaseRun> {
  await world.addProject(project);
  const run = await service.release(project);
  await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  return run;
}

/** As a person does it who has a clone. */
function commitOn(project: string, branch: string, files: Readonly<Record<string, string>>): void {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-clone-'));
  try {
    gitOn(world, project, 'worktree', 'add', '--quiet', '--detach', join(folder, 'tree'), branch);
    for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, 'tree', path), content);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Kim', '-c', 'user.email=kim@acme.example', ...args], {
        cwd: join(folder, 'tree'),
        encoding: 'utf8',
      }).trim();
    git('add', '--all');
    git('commit', '--quiet', '--message', `fix: ${Object.keys(files).join()}`);
    gitOn(world, project, 'update-ref', `refs/heads/${branch}`, git('rev-parse', 'HEAD'));
    gitOn(world, project, 'worktree', 'remove', '--force', join(folder, 'tree'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With a token of the same account, by hand, from another machine. */
async function someoneUploads(project: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-upload-'));
  const { file } = wheel(folder, { name: project, version: '1.1.0', text: 'other bytes' });
  const url = world.servers.index.uploadUrl;
  const args = ['upload', '--disable-progress-bar', '--repository-url', url, '-u', '__token__', '-p', world.keys.index];
  const end = await runTool('twine', [...args, file], { cwd: dirname(file) });
  rmSync(folder, { recursive: true });
  expect(end.code, end.output).toBe(0);
}
