import { execFileSync } from 'node:child_process';
import type { Manifest } from '../../src/domain/run/state.ts';
import type { Change } from '../../src/sandbox/journal.ts';
import type { Part } from './release-sample.ts';
import type { World } from './world.ts';

/** What a run says of itself changes nothing of what it releases, and how often it does depends on the clock. */
const SAID = ['create-status', 'create-comment', 'update-comment'];

/** The systems around a service, whichever service it is. */
export type Outside = Pick<World, 'servers' | 'journal' | 'keys' | 'registry'>;

/** Whether a change on the sandbox's servers is one of this project. */
export function concerns(project: string, { target, action }: Pick<Change, 'target' | 'action'>): boolean {
  if (SAID.includes(action)) return false;
  return new RegExp(`(^|/)${project}\\b`).test(target);
}

/** A change as anybody would tell it: what the run's date decides (digests of images) is left out. */
export function told(
  project: string,
  { server, action, target }: Pick<Change, 'server' | 'action' | 'target'>,
): string {
  const what = target.replace(/^acme\//, '').replaceAll(project, 'sample');
  return `${server} ${action} ${what.replace(/@sha256:\w+$/, '@a layer or configuration').replace(/:sha256:\w+$/, ':its digest')}`;
}

/** Everything that a project's runs changed, sorted: steps side by side have no order among them. */
export function changesOf(world: Outside, project: string): string[] {
  return world.journal
    .changes()
    .filter((change) => concerns(project, change))
    .map((change) => told(project, change))
    .toSorted();
}

/** What a release tells of itself lies beside its files, and differs from run to run. */
export const RECORD = ['release-record.json', 'release-checklist.md'];

/** What a release tells of its files before it is public. */
export const BESIDE = ['sample-1.1.0.intoto.json', 'sbom.cdx.json'];

export const isBeside = (name: string) => /^sbom\.cdx\.json$|\.intoto\.jsonl?$/.test(name);

/** What a release of the sample changes outside, each once. */
export function changesOfRelease({ registry }: Pick<Outside, 'registry'>, parts: readonly Part[] = []): string[] {
  const files = ['sample-1.1.0-py3-none-any.whl', 'sample-1.1.0.tar.gz'];
  const further: Readonly<Record<Part, readonly string[]>> = {
    testIndex: files.map((file) => `testIndex upload ${file}`),
    docs: ['git push sample refs/heads/gh-pages'],
    image: [
      ...Array.from({ length: 2 }, () => 'registry put-blob sample@a layer or configuration'),
      ...['its digest', '1.1.0', 'latest'].map((tag) => `registry put-manifest sample:${tag}`),
    ],
  };
  return [
    'git push sample refs/heads/release/v1.1.0',
    'github create-pull-request sample#1',
    'github merge-pull-request sample#1',
    'git push sample refs/tags/v1.1.0',
    ...files.map((file) => `index upload ${file}`),
    'github create-release sample v1.1.0',
    ...[...files, ...BESIDE].map((file) => `github upload-asset sample v1.1.0 ${file}`),
    'github publish-release sample v1.1.0',
    ...RECORD.map((file) => `github upload-asset sample v1.1.0 ${file}`),
    'git push sample refs/heads/develop',
    ...parts.filter((part) => part !== 'image' || registry).flatMap((part) => further[part]),
  ].toSorted();
}

/** git on a repository of the sandbox's GitHub, as on its disk. */
export function gitOn(world: Outside, project: string, ...args: string[]): string {
  const folder = world.servers.github.repositoryPath('acme', project);
  return execFileSync('git', ['-c', 'user.name=Kim', '-c', 'user.email=kim@acme.example', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
}

/** Branches and tags with what they point at. */
export function refsOf(world: Outside, project: string): string[] {
  return gitOn(world, project, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags')
    .split('\n')
    .filter(Boolean);
}

export async function github<T>(world: Outside, project: string, path: string, token = world.keys.github): Promise<T> {
  const url = `${world.servers.github.apiUrl}/repos/acme/${project}/${path}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as T;
}

export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly merged_at: string | null;
}

export interface Release {
  readonly id: number;
  readonly tag_name: string;
  readonly name: string;
  readonly draft: boolean;
  readonly assets: { readonly name: string; readonly digest: string; readonly browser_download_url: string }[];
}

export const pullsOf = (world: Outside, project: string) => github<Pull[]>(world, project, 'pulls?state=all');
export const releasesOf = (world: Outside, project: string) => github<Release[]>(world, project, 'releases');

/** Names and digests of what an index shows. */
export async function filesOn({ servers }: Outside, index: 'index' | 'testIndex', project: string) {
  const headers = { accept: 'application/vnd.pypi.simple.v1+json' };
  const answer = await fetch(`${servers[index].simpleUrl}${project}/`, { headers });
  if (answer.status === 404) return [];
  const { files } = (await answer.json()) as { files: { filename: string; hashes: { sha256: string } }[] };
  return files.map(({ filename, hashes }) => ({ name: filename, digest: `sha256:${hashes.sha256}` }));
}

/**
 * What stands outside after a run, told so that two runs can be compared: history by who changed what and why, files by what they
 * are in the manifest.
 */
export async function standing(world: Outside, project: string, manifest: Manifest) {
  const inManifest = ({ name, digest }: { name: string; digest: string }) => {
    if (RECORD.includes(name) || isBeside(name)) return name;
    const same = manifest.files.find((file) => file.digest === digest);
    return same ? `${name} is the manifest's ${same.name}` : `${name} is ${digest}`;
  };
  const [pulls, releases, index, testIndex, tags] = await Promise.all([
    pullsOf(world, project),
    releasesOf(world, project),
    filesOn(world, 'index', project),
    filesOn(world, 'testIndex', project),
    imageTags(world, project),
  ]);
  const stands = {
    history: Object.fromEntries(refsOf(world, project).map((line) => historyOf(world, project, line.split(' ')[0]!))),
    pulls: pulls.map(({ number, title, state, merged_at }) => ({ number, title, state, merged: merged_at !== null })),
    releases: releases.map(({ tag_name, name, draft, assets }) => ({
      ...{ tag_name, name, draft },
      assets: assets.map((asset) => inManifest(asset).replaceAll(project, 'sample')).toSorted(),
    })),
    index: index.map(inManifest).toSorted(),
    testIndex: testIndex.map(inManifest).toSorted(),
    image: tags,
  };
  return JSON.parse(JSON.stringify(stands).replaceAll(project, 'sample')) as typeof stands;
}

/** Each commit with its author, its words and what it changed on its line; an annotated tag with its own words. */
function historyOf(world: Outside, project: string, ref: string): [string, string] {
  const format = ['--format=%an: %s', '--patch', '--diff-merges=first-parent', '--topo-order', '--no-color'];
  const log = gitOn(world, project, 'log', ...format, ref, '--').replace(/^index \w+\.\.\w+.*\n/gm, '');
  const tag = gitOn(world, project, 'for-each-ref', '--format=%(objecttype) %(taggername) %(contents)', ref);
  return [ref, `${ref.startsWith('refs/tags/') ? tag : ''}${log}`];
}

async function imageTags({ registry, keys }: Outside, project: string): Promise<string[]> {
  if (!registry) return [];
  const authorization = `Basic ${Buffer.from(`slipway:${keys.registry}`).toString('base64')}`;
  const answer = await fetch(`${registry.url}/v2/acme/${project}/tags/list`, { headers: { authorization } });
  if (answer.status === 404) return [];
  return ((await answer.json()) as { tags: string[] | null }).tags?.toSorted() ?? [];
}
