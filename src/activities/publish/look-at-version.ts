import { closesAfterDays, type OutsideFacts, type OutsideRelease } from '../../domain/adoption/facts.ts';
import { branchFor, goesThroughMain, rulesOf } from '../../domain/stage-rules.ts';
import { compareVersions, samePep440, toPep440 } from '../../domain/version.ts';
import { branchOf, tagOf, versionOfTag } from '../../domain/version-tag.ts';
import type { ReleaseContext } from '../index.ts';
import type { Archive, GitHubAccess, GitHubRelease, RefState } from '../ports.ts';
import { fileVersion } from '../tree.ts';
import { gitAccess, githubAccess, head, type PublishDeps } from './deps.ts';
import { holdersOf } from './version-holders.ts';

export type LookDeps = Pick<
  PublishDeps,
  'credentials' | 'git' | 'github' | 'index' | 'installations' | 'registry' | 'remote' | 'workspaces'
>;

export type Looked = Pick<ReleaseContext, 'project' | 'version' | 'procedure'> & {
  /** How earlier runs of the version ended, as far as they are known. */
  readonly outcomes: readonly string[];
};

/** Everything that stands outside of a version, read-only; `use` has the repository meanwhile. */
export async function lookAtVersion<R>(
  deps: LookDeps,
  looked: Looked,
  use: (facts: OutsideFacts, folder: string) => Promise<R>,
): Promise<R> {
  const { project } = looked;
  const workspace = await deps.workspaces.open();
  try {
    const folder = `${workspace.folder}/source.git`;
    await deps.remote.fetch(await gitAccess(deps, project), folder);
    return await use(await factsOf(deps, looked, folder), folder);
  } finally {
    await workspace.dispose();
  }
}

export async function outcomesOf(
  archive: Archive,
  { project, version }: Pick<ReleaseContext, 'project' | 'version'>,
): Promise<string[]> {
  const ids = ['release', 'hotfix', 'rollback'].map((kind) => `${kind}:${project.project}:${version}`);
  const runs = (await Promise.all(ids.map((idPrefix) => archive.runs({ idPrefix })))).flat();
  return runs.flatMap(({ id, outcome }) => (ids.includes(String(id)) && typeof outcome === 'string' ? [outcome] : []));
}

async function factsOf(deps: LookDeps, looked: Looked, folder: string): Promise<OutsideFacts> {
  const [history, index, github, image] = await Promise.all([
    historyFacts(deps, looked, folder),
    indexFacts(deps, looked),
    githubFacts(deps, looked),
    imageFacts(deps, looked),
  ]);
  const { version, outcomes } = looked;
  return { version, outcomes, now: new Date().toISOString(), ...history, index, github, image };
}

async function historyFacts(
  deps: LookDeps,
  looked: Looked,
  folder: string,
): Promise<Pick<OutsideFacts, 'tag' | 'source' | 'main' | 'develop'>> {
  const { git } = deps;
  const { project, version } = looked;
  const refs = await git.refs(folder);
  const name = tagOf(version, project.version.tag);
  const commit = refs[`refs/tags/${name}^{}`] ?? refs[`refs/tags/${name}`] ?? null;
  const tag = { name, commit, twins: twinsOf(refs, looked, name) };
  const main = refs[head(project.branches.main)];
  const source = commit === null ? null : await sourceFacts(deps, looked, { folder, refs, commit });
  const doubtful =
    source === null ||
    source.reachedFrom.length === 0 ||
    (source.fileVersion !== null && !samePep440(source.fileVersion, toPep440(version)));
  return {
    tag,
    source,
    main: {
      name: project.branches.main,
      holders: doubtful && main ? await holdersOf(deps, { folder, project, version, main }) : [],
      has:
        source && goesThroughMain(looked)
          ? await onMain(deps, looked, { folder, refs, commit: commit!, source })
          : null,
    },
    develop: await developFacts(deps, looked, { folder, refs }),
  };
}

/** Other tags that name the version, in the form of another tool. */
function twinsOf(refs: RefState, { project, version }: Looked, own: string): string[] {
  const tags = Object.keys(refs).flatMap((ref) => /^refs\/tags\/(.+?)(?:\^\{\})?$/.exec(ref)?.[1] ?? []);
  return [...new Set(tags)].filter((tag) => {
    const named = tag === own ? undefined : versionOfTag(tag, project.version.tag);
    return named !== undefined && compareVersions(named, version) === 0;
  });
}

interface Place {
  readonly folder: string;
  readonly refs: RefState;
}

async function sourceFacts(
  deps: LookDeps,
  looked: Looked,
  { folder, refs, commit }: Place & { commit: string },
): Promise<NonNullable<OutsideFacts['source']>> {
  const { project, version } = looked;
  const wanted = [project.branches.main, branchFor(looked), branchOf(version, 'hotfix')];
  const there = [...new Set(wanted)].filter((branch) => refs[head(branch)] !== undefined);
  const holds = await Promise.all(there.map((branch) => deps.git.isAncestor(folder, commit, refs[head(branch)]!)));
  return {
    reachedFrom: there.filter((_, at) => holds[at]),
    fileVersion: await fileVersion(deps, folder, commit, project),
  };
}

/** By its history, or by its very files where it was squashed. */
async function onMain(
  { git }: LookDeps,
  { project }: Looked,
  at: Place & { commit: string; source: NonNullable<OutsideFacts['source']> },
): Promise<'yes' | 'mergeable' | 'no'> {
  const { folder, refs, commit, source } = at;
  const main = refs[head(project.branches.main)];
  if (main === undefined) return 'no';
  if (source.reachedFrom.includes(project.branches.main)) return 'yes';
  const { tree } = await git.commit(folder, commit);
  const since = await git.log(folder, await git.mergeBase(folder, main, commit), main, { firstParent: true });
  if (since.some((one) => one.tree === tree)) return 'yes';
  const [branch] = source.reachedFrom;
  if (branch === undefined || refs[head(branch)] !== commit) return 'no';
  const merged = await git.mergeTree(folder, main, commit);
  return merged.conflicts.length === 0 && merged.tree === tree ? 'mergeable' : 'no';
}

async function developFacts(
  { git }: LookDeps,
  looked: Looked,
  { folder, refs }: Place,
): Promise<OutsideFacts['develop']> {
  const { branches, publish } = looked.project;
  if (!branches.develop || branches.develop === branches.main || !publish.mergeBack || !goesThroughMain(looked))
    return null;
  const [main, develop] = [refs[head(branches.main)], refs[head(branches.develop)]];
  if (main === undefined || develop === undefined) return null;
  return { name: branches.develop, hasMain: await git.isAncestor(folder, main, develop) };
}

async function indexFacts({ index }: LookDeps, looked: Looked): Promise<OutsideFacts['index']> {
  if (!rulesOf(looked).index) return null;
  const { project, version } = looked;
  const target = project.publish.index;
  const files = (await index.files(target, project.package, toPep440(version))) ?? [];
  return { name: target.name, closesAfterDays: closesAfterDays(target.name), files };
}

async function githubFacts(deps: LookDeps, { project, version }: Looked): Promise<OutsideFacts['github']> {
  const access = await githubAccess(deps, project);
  if (!access) return null;
  const all = await deps.github.releases(access, tagOf(version, project.version.tag));
  return { releases: await Promise.all(all.map((release) => releaseFacts(deps, access, release))) };
}

async function releaseFacts(
  { github }: LookDeps,
  access: GitHubAccess,
  { url, draft, immutable, assets }: GitHubRelease,
): Promise<OutsideRelease> {
  const files = assets.filter(({ name }) => /\.(?:whl|tar\.gz|zip)$/.test(name));
  const digests = files.map((asset) => (asset.state === 'uploaded' ? github.assetDigest(access, asset) : null));
  const known = await Promise.all(digests);
  return { url, draft, immutable, assets: files.map(({ name }, at) => ({ name, digest: known[at]! })) };
}

async function imageFacts({ credentials, registry }: LookDeps, looked: Looked): Promise<OutsideFacts['image']> {
  const { image } = looked.project.publish;
  if (!image || !rulesOf(looked).image) return null;
  const { name, credential } = image;
  const access = credential === null ? { name } : { name, token: await credentials.read(credential) };
  return { name, digest: (await registry.digest(access, looked.version)) ?? null };
}
