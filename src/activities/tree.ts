import type { Project } from '../domain/project.ts';
import { exactText } from '../domain/version-homes/exact-text.ts';
import { findVersionHomes } from '../domain/version-homes/find-version-homes.ts';
import type { VersionHomes } from '../domain/version-homes/home.ts';
import type { Tree } from '../domain/version-homes/tree.ts';
import type { GitLocal, Workspace, Workspaces } from './ports.ts';

/** The tracked files of a commit, checked out below `workspace` at `checkout`. */
export async function treeOf(git: GitLocal, repository: string, commit: string, workspace: Workspace): Promise<Tree> {
  await git.checkout(repository, commit, `${workspace.folder}/checkout`);
  const paths = await git.list(repository, commit);
  return {
    paths,
    read(path) {
      const bytes = workspace.bytes(`checkout/${path}`);
      return bytes === undefined ? undefined : exactText(bytes);
    },
  };
}

interface Parts {
  readonly git: GitLocal;
  readonly workspaces: Workspaces;
}

/** What the project's files say at a commit; null where the version comes from the tag or can't be told. */
export async function fileVersion(
  parts: Parts,
  repository: string,
  commit: string,
  project: Project,
): Promise<string | null> {
  return (await homesAt(parts, repository, commit, project)).version;
}

/** Where the version is written at a commit. */
export async function homesAt(
  { git, workspaces }: Parts,
  repository: string,
  commit: string,
  project: Project,
): Promise<VersionHomes> {
  const workspace = await workspaces.open();
  try {
    const tree = await treeOf(git, repository, commit, workspace);
    const files = project.version.dynamic ? [] : project.version.files;
    return findVersionHomes(tree, { package: project.package, files });
  } finally {
    await workspace.dispose();
  }
}
