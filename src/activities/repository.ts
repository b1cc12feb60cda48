import type { ArtifactRef, Candidate } from '../domain/run/state.ts';
import type { ArtifactStore, GitLocal, Workspaces } from './ports.ts';

export interface RepositoryParts {
  readonly git: GitLocal;
  readonly store: ArtifactStore;
  readonly workspaces: Workspaces;
}

/** A bare repository on this worker with what the bundles hold; more may be added to it, nothing in it changes. */
export async function repositoryOf(
  { git, store, workspaces }: RepositoryParts,
  bundles: readonly ArtifactRef[],
): Promise<string> {
  const workspace = await workspaces.shared(
    `repository ${bundles.map((one) => one.digest).join(' ')}`,
    async ({ folder }) => {
      const files = bundles.map((_, at) => `${folder}/${at}.bundle`);
      await Promise.all(bundles.map((one, at) => store.copyTo(one.digest, files[at]!)));
      await git.unbundle(`${folder}/repository.git`, files);
    },
  );
  return `${workspace.folder}/repository.git`;
}

export function bundlesOf(recipe: { source: ArtifactRef; candidate: Candidate }): ArtifactRef[] {
  return [recipe.source, recipe.candidate.bundle];
}

/** Keeps commits in the store as a bundle with one ref each. */
export async function bundleOf(
  { git, store, workspaces }: RepositoryParts,
  repository: string,
  name: string,
  refs: Record<string, string>,
): Promise<ArtifactRef> {
  const workspace = await workspaces.open();
  try {
    const file = `${workspace.folder}/bundle`;
    await git.bundle(repository, file, refs);
    return await store.putFile(name, file);
  } finally {
    await workspace.dispose();
  }
}
