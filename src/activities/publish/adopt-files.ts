import { chosenRelease } from '../../domain/adoption/adoption.ts';
import { differencesOf } from '../../domain/adoption/distribution-contents.ts';
import { Problem } from '../../domain/problem.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import { rulesOf } from '../../domain/stage-rules.ts';
import { toPep440 } from '../../domain/version.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { AdoptionActivities } from '../contract/adoption.ts';
import type { ReleaseContext } from '../index.ts';
import { githubAccess, type PublishDeps } from './deps.ts';

/** A file that is out already. */
interface Standing {
  readonly name: string;
  readonly digest: string;
  readonly where: string;
  readonly fetch: (path: string) => Promise<void>;
}

/** What is out keeps its bytes: it can't be replaced, and users may have it. */
export function adoptFilesActivities(deps: PublishDeps): Pick<AdoptionActivities, 'takeOverFiles'> {
  const { distributions, github, index, store, workspaces } = deps;

  return {
    async takeOverFiles({ built, ...context }) {
      const onIndex = await indexFiles(context);
      const unknown = onIndex.filter(({ name }) => !built.some((file) => file.name === name));
      const faults = unknown.map(
        ({ name, where }) =>
          `${where} holds ${name}, which the tagged commit does not build. Nothing says what is in it: finish this version by hand, or release the next`,
      );
      const names = new Set(onIndex.map(({ name }) => name));
      const standing = [...onIndex, ...(await assets(context)).filter(({ name }) => !names.has(name))];
      const taken: ArtifactRef[] = [];
      const workspace = await workspaces.open();
      try {
        for (const file of built) {
          const there = standing.find(({ name }) => name === file.name);
          if (!there || there.digest === file.digest) continue;
          const { kept, differences } = await compared(workspace.folder, file, there);
          if (differences.length === 0) taken.push(kept);
          else
            faults.push(
              `${file.name} on ${there.where} is not what the tagged commit builds: ${differences.slice(0, 10).join(', ')}. Find out which was meant: raise the version, or delete the asset if it is no more than that`,
            );
        }
      } finally {
        await workspace.dispose();
      }
      if (faults.length > 0)
        throw new Problem('adopt-contradiction', `${context.version} cannot be adopted: ${faults.join('; ')}`, {
          faults,
        });
      const same = standing.filter(({ name, digest }) =>
        built.some((one) => one.name === name && one.digest === digest),
      );
      return {
        files: built.map((file) => taken.find(({ name }) => name === file.name) ?? file),
        summary: summaryOf(same, taken),
        adopted: same.length + taken.length > 0,
        evidence: taken.map((file) => ({ name: file.name, value: file.digest, artifact: file })),
      };
    },
  };

  async function indexFiles(context: ReleaseContext): Promise<Standing[]> {
    if (!rulesOf(context).index) return [];
    const { project, version } = context;
    const target = project.publish.index;
    const files = (await index.files(target, project.package, toPep440(version))) ?? [];
    return files.map((file) => ({
      name: file.filename,
      digest: `sha256:${file.sha256}`,
      where: target.name,
      fetch: (path) => index.download(file, path),
    }));
  }

  async function assets({ project, version }: ReleaseContext): Promise<Standing[]> {
    const access = await githubAccess(deps, project);
    if (!access) return [];
    const release = chosenRelease(await github.releases(access, tagOf(version, project.version.tag)));
    const whole = (release?.assets ?? []).filter(({ state }) => state === 'uploaded');
    return Promise.all(
      whole.map(async (asset) => ({
        name: asset.name,
        digest: await github.assetDigest(access, asset),
        where: release!.draft ? 'the GitHub draft' : 'the GitHub release',
        fetch: (path: string) => github.downloadAsset(access, asset, path),
      })),
    );
  }

  async function compared(
    folder: string,
    file: ArtifactRef,
    there: Standing,
  ): Promise<{ kept: ArtifactRef; differences: string[] }> {
    const [theirs, ours] = [`${folder}/there-${file.name}`, `${folder}/built-${file.name}`];
    await Promise.all([there.fetch(theirs), store.copyTo(file.digest, ours)]);
    const kept = await store.putFile(file.name, theirs);
    if (kept.digest !== there.digest)
      throw new Problem('artifact-corrupt', `${file.name} on ${there.where} arrived as ${kept.digest}`);
    return { kept, differences: differencesOf(await distributions.members(theirs), await distributions.members(ours)) };
  }
}

function summaryOf(same: readonly Standing[], taken: readonly ArtifactRef[]): string {
  const parts = [
    ...(same.length > 0 ? [`${same.map(({ name }) => name).join(', ')}: built to the same bytes`] : []),
    ...(taken.length > 0 ? [`${taken.map(({ name }) => name).join(', ')}: other bytes, the same contents, kept`] : []),
  ];
  return parts.join('; ') || 'no file is out yet';
}
