import type { ArtifactStore, Builder, GitLocal, ImageBuilder, IndexReads, Workspace, Workspaces } from '../ports.ts';

/** Everything that a build worker reaches: no credential among it. */
export interface BuildDeps {
  readonly store: ArtifactStore;
  readonly workspaces: Workspaces;
  readonly git: GitLocal;
  readonly builder: Builder;
  readonly images: ImageBuilder;
  readonly index: IndexReads;
  /** Hex SHA-256. */
}

export async function inWorkspace<R>(
  { workspaces }: Pick<BuildDeps, 'workspaces'>,
  use: (workspace: Workspace) => Promise<R>,
): Promise<R> {
  const workspace = await workspaces.open();
  try {
    return await use(workspace);
  } finally {
    await workspace.dispose();
  }
}
