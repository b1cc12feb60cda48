import { compareWithOutside } from '../../domain/adoption/adoption.ts';
import { missingPermissions, permissionsFor } from '../../domain/app-permissions.ts';
import { faultOfHotfix } from '../../domain/hotfix-rules.ts';
import { Problem } from '../../domain/problem.ts';
import { repositoryName } from '../../domain/repository-name.ts';
import { rulesOf } from '../../domain/stage-rules.ts';
import { versionsSoFar } from '../../domain/suggestion.ts';
import { compareVersions, isPrerelease, parseVersion, samePep440, toPep440 } from '../../domain/version.ts';
import { tagOf, versionOfTag } from '../../domain/version-tag.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { RefState } from '../ports.ts';
import { appAccess, gitAccess, githubAccess, head, type PublishDeps } from './deps.ts';
import { collect, type Fault, problemOf } from './faults.ts';
import { lookAtVersion, outcomesOf } from './look-at-version.ts';
import { tagNames } from './source.ts';
import { checkWorkflows } from './workflow-checks.ts';

type Asked = ReleaseContext & {
  readonly runId: string;
  readonly dryRun: boolean;
  readonly testOnly: boolean;
  readonly adopt?: boolean;
};

const SPENT = ['released', 'rolled-back', 'abandoned'];

/** Read-only: everything that would stop the release later, found now and told at once. */
export function preflightActivities(deps: PublishDeps): Pick<PublishActivities, 'preflight'> {
  const { archive, credentials, executions, github, index, installations, remote } = deps;

  return {
    async preflight(asked) {
      const { version, project } = asked;
      const unfit = await collect([() => checkApp(asked)]); // then it gets no token to look by
      const looks = [
        () => checkRepository(asked),
        () => checkGitHub(asked),
        () => checkWorkflows(deps, asked),
        ...(asked.adopt ? [() => checkBegun(asked)] : []),
      ];
      const faults = await collect([
        () => checkVersion(version),
        () => checkCredentials(asked),
        async () => unfit,
        ...(unfit.length > 0 ? [] : looks),
        ...(asked.adopt ? [] : [() => checkIndex(asked), () => checkArchive(asked)]),
      ]);
      if (faults.length > 0) throw problemOf(`${version} cannot be ${asked.adopt ? 'adopted' : 'released'}`, faults);
      if (!asked.dryRun) await claim(asked);
      if (asked.adopt) return { summary: `nothing contradicts ${version}, and ${project.project} is ready` };
      return { summary: `${version} (${toPep440(version)}) is free, and ${project.project} is ready` };
    },
  };

  /** A run that is gone holds nothing any more. */
  async function claim({ id, runId, project, version }: Asked): Promise<void> {
    const own = { version, id, runId };
    let holder = await executions.claimVersion(project.project, own);
    if (holder.id !== id && (await executions.closed(holder.id, holder.runId))) {
      await executions.giveUpVersion(project.project, holder);
      holder = await executions.claimVersion(project.project, own);
    }
    if (holder.id !== id)
      throw new Problem('version-claimed', `${holder.id} (${holder.runId}) works on ${version} of ${project.project}`);
  }

  async function checkCredentials({ project, version, procedure, dryRun, testOnly }: Asked): Promise<Fault[]> {
    if (dryRun) return [];
    const { index: production, testIndex, image } = project.publish;
    const rules = rulesOf({ project, version, procedure });
    const wanted = [
      ...(rules.rehearsal && testIndex?.credential ? [testIndex.credential] : []),
      ...(rules.index && !testOnly && production.credential ? [production.credential] : []),
      ...(rules.image && image?.credential && !testOnly ? [image.credential] : []),
    ];
    await Promise.all([...new Set(wanted)].map((name) => credentials.read(name)));
    const keys = [project.publish.tags, project.publish.statement].flatMap((one) =>
      one && !testOnly ? [one.sign.key] : [],
    );
    await Promise.all(keys.map((name) => credentials.key(name)));
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

  /** All that the App lacks at once: a token for it would only be refused. */
  async function checkApp({ project }: Asked): Promise<Fault[]> {
    const app = await appAccess(deps, project);
    if (!app) return [];
    const missing = missingPermissions(permissionsFor(project), await installations.granted(app));
    const message = `the GitHub App ${app.id} lacks permissions at ${app.owner}/${app.repo}: ${missing.join(', ')}`;
    return missing.length > 0 ? [{ code: 'permission-missing', message }] : [];
  }

  async function checkGitHub({ adopt, project, version, dryRun }: Asked): Promise<Fault[]> {
    const access = await githubAccess(deps, project);
    if (!access) return [];
    const { permissions, login } = await github.repository(access);
    const { owner, repo } = repositoryName(project.repository);
    const app = project.publish.github?.app;
    const tag = tagOf(version, project.version.tag);
    const releases = await github.releases(access, tag);
    return [
      ...(permissions.push || dryRun || app
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

function tagFaults({ project, version, procedure }: Asked, refs: RefState, tag: string): Fault[] {
  const names = tagNames(refs);
  const taken = refs[`refs/tags/${tag}`];
  if (taken) return [{ code: 'tag-taken', message: `the tag ${tag} exists already (${taken})` }];
  const versions = names.flatMap((name) => versionOfTag(name, project.version.tag) ?? []);
  const twin = versions.find((one) => compareVersions(one, version) === 0);
  if (twin) return [{ code: 'tag-taken', message: `a tag names ${twin} already` }];
  if (procedure.kind === 'hotfix') {
    const fault = faultOfHotfix({ project, version }, names, procedure.base);
    return fault === undefined ? [] : [{ code: 'version-not-higher', message: fault }];
  }
  // A roll-forward is higher than what it takes the place of; on an older line that is not the last one.
  if (procedure.kind === 'roll-forward') return [];
  const { last } = versionsSoFar({
    tags: names.map((name) => ({ name, reachable: true })),
    fileVersion: null,
    tagForm: project.version.tag,
  });
  if (!last || compareVersions(version, last.version) > 0) return [];
  const kind = isPrerelease(version) ? 'the pre-release' : 'the version';
  return [
    { code: 'version-not-higher', message: `${kind} ${version} is not higher than ${last.version}, the last one` },
  ];
}
