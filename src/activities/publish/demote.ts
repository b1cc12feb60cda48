import { marker } from '../../domain/marker.ts';
import { warning } from '../../domain/rollback-words.ts';
import { reasonOf } from '../../domain/run/request.ts';
import type { PublishActivities } from '../index.ts';
import type { GitHubAccess, GitHubRelease } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { registryAccess } from './image.ts';
import { required } from './pull-request.ts';

/** What users are shown first goes back to the good version; whatever came forward since stays. */
export function demoteActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'ensureReleaseDemoted' | 'ensureImageDemoted'> {
  const { github, registry } = deps;

  return {
    /** GitHub lets the words of an immutable release be changed, though not its files. */
    async ensureReleaseDemoted({ facts, ...context }) {
      const { id, procedure, project } = context;
      const access = await required(deps, project);
      const bad = await releaseOf(access, facts.bad.tag);
      if (!bad) return { summary: `GitHub has no release ${facts.bad.tag}`, omitted: true };
      const warned = bad.body.includes(marker(id));
      if (!warned) {
        const words = warning({ package: project.package, facts, reason: reasonOf(procedure) });
        await github.updateRelease(access, bad.id, { body: `${words}\n\n${marker(id)}\n\n${bad.body}` });
      }
      const latest = await moveLatest(access, bad, facts.good?.tag);
      return {
        summary: `${bad.tag} warns; ${latest.said}`,
        adopted: warned && !latest.moved,
        evidence: [{ name: 'GitHub release', url: bad.url }],
      };
    },

    async ensureImageDemoted({ good, ...context }) {
      const { name } = context.project.publish.image!;
      const access = await registryAccess(deps, context.project);
      const [latest, bad] = await Promise.all([
        registry.digest(access, 'latest'),
        registry.digest(access, context.version),
      ]);
      if (bad === undefined) return { summary: `${name} has no image ${context.version}`, omitted: true };
      if (latest !== bad)
        return { summary: `${name}:latest is ${latest ?? 'nothing'}, not the bad one`, adopted: true };
      const digest = good ? await registry.digest(access, good.version) : undefined;
      if (digest === undefined) {
        const why = good ? `there is no image ${good.version}` : 'there is no good version';
        return { summary: `${name}:latest stays: ${why}`, omitted: true };
      }
      await registry.tag(access, digest, 'latest');
      return {
        summary: `${name}:latest is ${good!.version} again, at ${digest}`,
        evidence: [{ name: 'image', value: `${name}@${digest}` }],
      };
    },
  };

  /** A release whose tag is gone is a draft: its words count for those who come by a link. */
  async function releaseOf(access: GitHubAccess, tag: string): Promise<GitHubRelease | undefined> {
    const all = await github.releases(access, tag);
    return all.find(({ draft }) => !draft) ?? all[0];
  }

  async function moveLatest(
    access: GitHubAccess,
    bad: GitHubRelease,
    goodTag: string | undefined,
  ): Promise<{ moved: boolean; said: string }> {
    const latest = await github.latestRelease(access);
    if (latest !== bad.tag) return { moved: false, said: `the latest is ${latest ?? 'none'}` };
    const good = goodTag === undefined ? undefined : await releaseOf(access, goodTag);
    const published = good && !good.draft && !good.prerelease ? good : undefined;
    if (published) await github.updateRelease(access, published.id, { makeLatest: 'true' });
    else await github.updateRelease(access, bad.id, { makeLatest: 'false' });
    const now = await github.latestRelease(access);
    return {
      moved: true,
      said: now === bad.tag ? `it stays the latest: there is no other release` : `the latest is ${now ?? 'none'}`,
    };
  }
}
