import { knownTags } from '../activities/known-tags.ts';
import { createGitLocal } from '../clients/git/local.ts';
import type { WorkingTree } from '../clients/working-tree.ts';
import { treeOf } from '../domain/byte-tree.ts';
import { Problem } from '../domain/problem.ts';
import type { Project } from '../domain/project.ts';
import { type Commit, type VersionsSoFar, versionsSoFar } from '../domain/suggestion.ts';
import { findVersionHomes } from '../domain/version-homes/find-version-homes.ts';

const git = createGitLocal();

/** What a clone's tags, files and commits say of its versions. */
export async function history(
  tree: WorkingTree,
  project: Project,
): Promise<{ versions: VersionsSoFar; commits: readonly Commit[]; notes: readonly string[] }> {
  const head = await git.commit(tree.root, 'HEAD').catch((cause: unknown) => {
    throw new Problem('branch-missing', `${tree.root} has no commit yet`, { cause });
  });
  const homes = findVersionHomes(treeOf(tree), {
    package: project.package,
    files: project.version.dynamic ? [] : project.version.files,
  });
  const names = tree.tags.map(({ name }) => name);
  const versions = versionsSoFar({
    tags: await knownTags(git, { folder: tree.root, commit: head.sha, names, form: project.version.tag }),
    fileVersion: homes.version,
    tagForm: project.version.tag,
  });
  const since = versions.last === null ? null : `refs/tags/${versions.last.tag}`;
  const commits = await git.log(tree.root, since, head.sha);
  const shallow = tree.isShallow
    ? ['the clone is shallow: commits and tags may be missing (git fetch --unshallow --tags)']
    : [];
  return { versions, commits, notes: [...(homes.problem === null ? [] : [homes.problem.message]), ...shallow] };
}
