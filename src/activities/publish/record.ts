import { checklistMarkdown } from '../../domain/checklist-markdown.ts';
import { Problem } from '../../domain/problem.ts';
import { releaseRecord } from '../../domain/release-record.ts';
import type { ArtifactRef, RunState } from '../../domain/run/state.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { PublishActivities } from '../index.ts';
import type { GitHubAccess, GitHubRelease } from '../ports.ts';
import { githubAccess, type PublishDeps } from './deps.ts';

interface Kept {
  readonly files: readonly ArtifactRef[];
}

/** The release record and the filled checklist: made once from the run's own state, kept for good. */
export function recordActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureRecordKept'> {
  const { archive, executions, github, store, workspaces } = deps;

  return {
    async ensureRecordKept({ id, project, version, run, runId, outcome }) {
      const key = `record ${id} ${run}`;
      const { files } = ((await archive.claimed(key)) ??
        (await archive.claim(key, { ...(await made(id, runId, outcome)) }))) as unknown as Kept;
      const evidence = files.map((artifact) => ({ name: artifact.name, artifact }));
      const access = await githubAccess(deps, project);
      const tag = tagOf(version, project.version.tag);
      const release = access && (await published(access, tag));
      if (!access || !release) return { url: null, summary: 'kept in the artifact store', evidence };
      const missing = await missingFrom(access, release, files);
      if (missing.length > 0 && release.immutable) {
        const summary = `kept in the artifact store: the GitHub release ${tag} is immutable and takes no further file`;
        return { url: null, summary, evidence, omitted: true };
      }
      await attach(access, release, missing);
      const complete = (await published(access, tag)) ?? release;
      const links = complete.assets.filter(({ name }) => files.some((file) => file.name === name));
      return {
        url: links.find(({ name }) => name === files[0]?.name)?.url ?? null,
        summary: `${files.map(({ name }) => name).join(' and ')} at the GitHub release ${tag}`,
        evidence: [...evidence, ...links.map(({ name, url }) => ({ name, url }))],
        ...(missing.length === 0 ? { adopted: true } : {}),
      };
    },
  };

  async function made(id: string, runId: string, outcome: 'released' | 'rolled-back'): Promise<Kept> {
    const state = (await executions.state(id, runId)) as unknown as RunState;
    const record = `${JSON.stringify(releaseRecord(state, outcome), null, 2)}\n`;
    // A rollback's lies beside that of the release that it rolled back.
    const kind = state.kind === 'rollback' ? 'rollback' : 'release';
    const files = [
      await store.put(`${kind}-record.json`, record),
      await store.put(`${kind}-checklist.md`, checklistMarkdown(state)),
    ];
    return { files };
  }

  async function published(access: GitHubAccess, tag: string): Promise<GitHubRelease | undefined> {
    return (await github.releases(access, tag)).find(({ draft }) => !draft);
  }

  async function missingFrom(
    access: GitHubAccess,
    release: GitHubRelease,
    files: readonly ArtifactRef[],
  ): Promise<ArtifactRef[]> {
    const missing: ArtifactRef[] = [];
    for (const file of files) {
      const there = release.assets.find(({ name }) => name === file.name);
      if (!there) missing.push(file);
      else if (there.state !== 'uploaded') {
        // An upload that broke off holds the name and nothing else.
        await github.deleteAsset(access, there.id);
        missing.push(file);
      } else if ((await github.assetDigest(access, there)) !== file.digest) {
        throw new Problem('release-conflict', `the GitHub release ${release.tag} holds another ${file.name}`);
      }
    }
    return missing;
  }

  async function attach(access: GitHubAccess, release: GitHubRelease, files: readonly ArtifactRef[]): Promise<void> {
    const workspace = await workspaces.open();
    try {
      for (const file of files) {
        const path = `${workspace.folder}/${file.name}`;
        await store.copyTo(file.digest, path);
        await github.uploadAsset(access, release, file.name, path);
      }
    } finally {
      await workspace.dispose();
    }
  }
}
