import type { Reading } from '../../domain/health.ts';
import { unknown } from '../../domain/measure.ts';
import type { OutsideProbe } from '../../domain/monitoring.ts';
import { Problem } from '../../domain/problem.ts';
import { isPrerelease } from '../../domain/version.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { Digest } from '../ports.ts';
import { githubAccess, type PublishDeps } from './deps.ts';
import { isLatestOnGitHub } from './github-release.ts';
import { moveImageLatest } from './image.ts';
import { type Look, lookBy } from './outside-readings.ts';

type Own = Pick<PublishActivities, 'takeReadings' | 'confirmBreach' | 'ensurePromoted'>;

export function monitoringActivities(deps: PublishDeps, { rollbackOf }: Pick<PublishActivities, 'rollbackOf'>): Own {
  const { executions, github } = deps;

  return {
    async takeReadings({ probes, ...asked }) {
      const { status: rollback } = await rollbackOf({ project: asked.project.project, version: asked.version });
      const look = { ...asked, rollback };
      return { readings: await Promise.all(probes.map((probe) => reading(probe, look))), rollback };
    },

    async confirmBreach({ monitor }) {
      const { breaches } = (await executions.state(monitor)) as unknown as { breaches?: readonly unknown[] };
      if (!breaches?.length) throw new Problem('breach-unconfirmed', `${monitor} knows of no breach`);
    },

    async ensurePromoted({ imageManifest, ...context }) {
      const done = [await promoteOnGitHub(context), await promoteImage(context, imageManifest)].filter(
        (one) => one !== undefined,
      );
      const moved = done.filter(({ adopted }) => !adopted);
      return {
        summary: done.map(({ summary }) => summary).join('; ') || 'nothing to move',
        adopted: done.length > 0 && moved.length === 0,
      };
    },
  };

  /** What kept a probe from seeing is not to its release's discredit, nor to its credit. */
  async function reading(probe: OutsideProbe, look: Look): Promise<Reading> {
    try {
      return await lookBy(deps, probe, look);
    } catch (error) {
      if (error instanceof Problem) return unknown(error.message);
      throw error;
    }
  }

  async function promoteOnGitHub(context: ReleaseContext) {
    const access = await githubAccess(deps, context.project);
    if (!access) return undefined;
    const tag = tagOf(context.version, context.project.version.tag);
    if ((await github.latestRelease(access)) === tag)
      return { summary: `${tag} is the latest on GitHub`, adopted: true };
    if (!(await isLatestOnGitHub(deps, access, context)))
      return { summary: `${tag} is not the highest stable version on GitHub`, adopted: true };
    const published = (await github.releases(access, tag)).find(({ draft }) => !draft);
    if (!published) throw new Problem('release-conflict', `the GitHub release ${tag} is gone`);
    await github.updateRelease(access, published.id, { makeLatest: 'true' });
    return { summary: `${tag} is now the latest on GitHub`, adopted: false };
  }

  async function promoteImage({ project, version }: ReleaseContext, digest: string | null) {
    const { image } = project.publish;
    if (!image || digest === null || isPrerelease(version)) return undefined;
    const moved = await moveImageLatest(deps, { project, version, digest: digest as Digest });
    return { summary: `${image.name}:latest ${moved ? 'is' : 'stays above'} ${version}`, adopted: !moved };
  }
}
