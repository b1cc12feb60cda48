import { Problem } from '../../domain/problem.ts';
import { repositoryName } from '../../domain/repository-name.ts';
import { asArtifacts, type RollbackFacts, retagRefusals, retagVersion } from '../../domain/rollback.ts';
import type { Tagged } from '../../domain/run/request.ts';
import { toPep440 } from '../../domain/version.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import { keepManifest } from '../manifest.ts';
import type { GitHubRelease, IndexFile } from '../ports.ts';
import { githubAccess, type PublishDeps } from './deps.ts';
import { collect, type Fault, problemOf } from './faults.ts';
import { lastGood, rollForwardOf, type Standing, standingOf } from './standing.ts';

/** What is there of the bad version. */
interface Found {
  readonly standing: Standing;
  readonly files: readonly IndexFile[];
  readonly release: GitHubRelease | undefined;
  readonly bad: Tagged | undefined;
}

/** Read-only: what is rolled back, what was good before it, and everything that would stop the rollback later. */
export function rollbackPreflightActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'preflightRollback' | 'planRollForward'> {
  const { credentials, github, index, store } = deps;

  return {
    async preflightRollback({ tags, ...context }) {
      const found = await look(context);
      const good = await lastGood(deps, context, found.standing);
      const faults = await collect([
        async () => stateFaults(context, found),
        () => credentialFaults(context),
        async () => (tags === 'retag' ? retagFaults(context, found, good) : []),
      ]);
      if (faults.length > 0) throw problemOf(`${context.version} cannot be rolled back`, faults);
      const facts = await factsOf(context, found, good);
      const forward =
        'none' in facts.rollForward ? `no roll-forward: ${facts.rollForward.none}` : facts.rollForward.version;
      return {
        facts,
        summary: `${facts.bad.tag} with ${found.files.length} files; last good ${good?.tag ?? 'none'}; next ${forward}`,
        evidence: [{ name: 'manifest', value: facts.manifest.digest }],
      };
    },

    async planRollForward({ good, ...context }) {
      const plan = await rollForwardOf(deps, context, { standing: await standingOf(deps, context), good });
      return { plan, summary: 'none' in plan ? plan.none : plan.version };
    },
  };

  async function look(context: ReleaseContext): Promise<Found> {
    const { project, version } = context;
    const [standing, files, release] = await Promise.all([
      standingOf(deps, context),
      index.files(project.publish.index, project.package, toPep440(version)),
      releaseOf(context, version),
    ]);
    return { standing, files: files ?? [], release, bad: badOf(context, standing) };
  }

  async function releaseOf({ project }: ReleaseContext, version: string): Promise<GitHubRelease | undefined> {
    const access = await githubAccess(deps, project);
    if (!access) return undefined;
    return (await github.releases(access, tagOf(version, project.version.tag))).find((release) => !release.draft);
  }

  function stateFaults({ project, version }: ReleaseContext, { standing, files, release, bad }: Found): Fault[] {
    const done = standing.rolledBack.has(version);
    if (done)
      return [
        {
          code: 'rolled-back-already',
          message: `${version} is rolled back: see rollback:${project.project}:${version}`,
        },
      ];
    if (files.length === 0 && release === undefined) {
      const places = `neither ${project.publish.index.name} nor GitHub has it`;
      return [{ code: 'not-published', message: `${version} was never published: ${places}` }];
    }
    if (bad) return [];
    const tag = tagOf(version, project.version.tag);
    return [{ code: 'not-published', message: `nothing says which commit ${version} is: there is no tag ${tag}` }];
  }

  async function credentialFaults({ project }: ReleaseContext): Promise<Fault[]> {
    const { image } = project.publish;
    if (image?.credential) await credentials.read(image.credential);
    const access = await githubAccess(deps, project);
    if (!access) return [];
    const { permissions, login } = await github.repository(access);
    const { owner, repo } = repositoryName(project.repository);
    return permissions.push
      ? []
      : [{ code: 'permission-missing', message: `${login} may not push to ${owner}/${repo}` }];
  }

  async function retagFaults(context: ReleaseContext, found: Found, good: Tagged | null): Promise<Fault[]> {
    const there = good ? await releaseOf(context, retagVersion(good.version)) : undefined;
    const refusals = retagRefusals({
      good: good?.version ?? null,
      tags: found.standing.tagged.map(({ version }) => version),
      index: found.standing.index,
      releases: there && good ? [retagVersion(good.version)] : [],
      badIsImmutable: found.release?.immutable ?? false,
    });
    return refusals.map((message) => ({ code: 'retag-refused', message }));
  }

  async function factsOf(context: ReleaseContext, found: Found, good: Tagged | null): Promise<RollbackFacts> {
    const { project, version } = context;
    const { index: target } = project.publish;
    if (!found.bad) throw new Problem('not-published', `nothing says which commit ${version} is`);
    const { manifest } = await keepManifest(store, { version, files: asArtifacts(found.files), extras: [] });
    const yank =
      found.files.length === 0
        ? null
        : { page: index.manageUrl(target, project.package), owners: await index.owners(target, project.package) };
    return {
      bad: found.bad,
      good,
      rollForward: await rollForwardOf(deps, context, { standing: found.standing, good }),
      manifest,
      yank,
    };
  }
}

/** By its tag; where that is gone, by the record of the run that published it. */
function badOf({ project, version }: ReleaseContext, { tagged, records }: Standing): Tagged | undefined {
  const byTag = tagged.find((one) => one.version === version);
  if (byTag) return byTag;
  const record = records.find((one) => one.version === version && one.outcome === 'released');
  const commit = (record?.links as { commit?: string } | undefined)?.commit;
  return commit === undefined ? undefined : { version, tag: tagOf(version, project.version.tag), commit };
}
