import { compareWithOutside } from '../../domain/adoption/adoption.ts';
import { Problem, type ProblemCode } from '../../domain/problem.ts';
import { repositoryName } from '../../domain/repository-name.ts';
import { rulesOf } from '../../domain/stage-rules.ts';
import { versionsSoFar } from '../../domain/suggestion.ts';
import { compareVersions, isPrerelease, parseVersion, samePep440, toPep440 } from '../../domain/version.ts';
import { tagOf, versionOfTag } from '../../domain/version-tag.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { RefState } from '../ports.ts';
import { gitAccess, githubAccess, head, type PublishDeps } from './deps.ts';
import { lookAtVersion, outcomesOf } from './look-at-version.ts';

type Fault = { readonly code: ProblemCode; readonly message: string };
type Asked = ReleaseContext & { readonly dryRun: boolean; readonly testOnly: boolean; readonly adopt?: boolean };

const SPENT = ['released', 'rolled-back', 'abandoned'];

/** Read-only: everything that would stop the release later, found now and told at once. */
export function preflightActivities(deps: PublishDeps): Pick<PublishActivities, 'preflight'> {
  const { archive, credentials, github, index, remote } = deps;

  return {
    async preflight(asked) {
      const { version, project } = asked;
      const faults = await collect([
        () => checkVersion(version),
        () => checkCredentials(asked),
        () => checkRepository(asked),
        () => checkGitHub(asked),
        ...(asked.adopt ? [() => checkBegun(asked)] : [() => checkIndex(asked), () => checkArchive(asked)]),
      ]);
      if (faults.length > 0) throw problemOf(asked, faults);
      if (asked.adopt) return { summary: `nothing contradicts ${version}, and ${project.project} is ready` };
      return { summary: `${version} (${toPep440(version)}) is free, and ${project.project} is ready` };
    },
  };

  async function checkCredentials({ project, version, procedure, dryRun, testOnly }: Asked): Promise<Fault[]> {
    if (dryRun) return [];
    const { index: production, testIndex, image } = project.publish;
    const rules = rulesOf({ project, version, procedure });
    const wanted = [
      ...(rules.rehearsal && testIndex ? [testIndex.credential] : []),
      ...(rules.index && !testOnly ? [production.credential] : []),
      ...(rules.image && image?.credential && !testOnly ? [image.credential] : []),
    ];
    await Promise.all([...new Set(wanted)].map((name) => credentials.read(name)));
    return [];
  }

  async function checkRepository(asked: Asked): Promise<Fault[]> {
    const { project, version } = asked;
    const refs = await remote.refs(await gitAccess(deps, project));
    const branches = [project.branches.main, ...(project.branches.develop ? [project.branches.develop] : [])];
    const missing = branches.filter((branch) => refs[head(branch)] === undefined);
    return [
      ...missing.map((branch) => ({
        code: 'branch-missing' as const,
        message: `the repository has no branch ${branch}`,
      })),
      ...(asked.adopt ? [] : tagFaults(asked, refs, tagOf(version, project.version.tag))),
    ];
  }

  async function checkIndex({ project, version }: Asked): Promise<Fault[]> {
    const target = project.publish.index;
    const known = await index.versions(target, project.package);
    if (!known.some((one) => samePep440(one, version))) return [];
    return [{ code: 'version-taken', message: `${target.name} holds ${project.package} ${toPep440(version)} already` }];
  }

  /** What is there is no hindrance, unless it contradicts itself. */
  async function checkBegun(asked: Asked): Promise<Fault[]> {
    const outcomes = await outcomesOf(archive, asked);
    const outside = await lookAtVersion(deps, { ...asked, outcomes }, async (facts) => compareWithOutside(facts));
    if (outside.kind === 'contradicts')
      return outside.contradictions.map(({ what, remedy }) => ({
        code: 'adopt-contradiction',
        message: `${what}. ${remedy}`,
      }));
    if (outside.kind === 'adoptable') return [];
    return [{ code: 'nothing-to-adopt', message: `nothing of ${asked.version} is left to do` }];
  }

  async function checkGitHub({ adopt, project, version, dryRun }: Asked): Promise<Fault[]> {
    const access = await githubAccess(deps, project);
    if (!access) return [];
    const { permissions, login } = await github.repository(access);
    const { owner, repo } = repositoryName(project.repository);
    const tag = tagOf(version, project.version.tag);
    const releases = await github.releases(access, tag);
    return [
      ...(permissions.push || dryRun
        ? []
        : [{ code: 'permission-missing' as const, message: `${login} may not push to ${owner}/${repo}` }]),
      ...(!adopt && releases.some((release) => !release.draft)
        ? [{ code: 'version-taken' as const, message: `GitHub has a release ${tag} already` }]
        : []),
    ];
  }

  async function checkArchive({ id, version }: Asked): Promise<Fault[]> {
    const earlier = await archive.runs({ idPrefix: id.replace(/^plan:/, 'release:') });
    const spent = earlier.find((one) => one.version === version && SPENT.includes(String(one.outcome)));
    return spent
      ? [{ code: 'version-taken', message: `an earlier run ended as ${spent.outcome}: ${spent.id} (${spent.runId})` }]
      : [];
  }
}

async function checkVersion(version: string): Promise<Fault[]> {
  parseVersion(version);
  return [];
}

function tagFaults({ project, version }: Asked, refs: RefState, tag: string): Fault[] {
  const names = Object.keys(refs).flatMap((ref) => /^refs\/tags\/(.+?)(?:\^\{\})?$/.exec(ref)?.[1] ?? []);
  const taken = refs[`refs/tags/${tag}`];
  if (taken) return [{ code: 'tag-taken', message: `the tag ${tag} exists already (${taken})` }];
  const versions = [...new Set(names)].flatMap((name) => versionOfTag(name, project.version.tag) ?? []);
  const twin = versions.find((one) => compareVersions(one, version) === 0);
  if (twin) return [{ code: 'tag-taken', message: `a tag names ${twin} already` }];
  const { last } = versionsSoFar({
    tags: [...new Set(names)].map((name) => ({ name, reachable: true })),
    fileVersion: null,
    tagForm: project.version.tag,
  });
  if (!last || compareVersions(version, last.version) > 0) return [];
  const kind = isPrerelease(version) ? 'the pre-release' : 'the version';
  return [
    { code: 'version-not-higher', message: `${kind} ${version} is not higher than ${last.version}, the last one` },
  ];
}

/** Problems of all checks side by side; what only a retry can cure is thrown at once. */
async function collect(checks: readonly (() => Promise<readonly Fault[]>)[]): Promise<Fault[]> {
  const results = await Promise.allSettled(checks.map((check) => check()));
  return results.flatMap((result): Fault[] => {
    if (result.status === 'fulfilled') return [...result.value];
    if (!(result.reason instanceof Problem) || result.reason.retry) throw result.reason;
    const { code, message, remedy } = result.reason;
    return [{ code, message: `${message}. ${remedy}` }];
  });
}

function problemOf({ adopt, version }: Asked, faults: readonly Fault[]): Problem {
  const [only, ...others] = faults;
  const unique = [...new Set(faults.map(({ message }) => message))];
  if (only && others.length === 0) return new Problem(only.code, only.message, adopt ? { faults: unique } : {});
  const what = `${version} cannot be ${adopt ? 'adopted' : 'released'}: ${unique.join('; ')}`;
  const contradictory = faults.every(({ code }) => code === 'adopt-contradiction');
  return new Problem(contradictory ? 'adopt-contradiction' : 'preflight-failed', what, { faults: unique });
}
