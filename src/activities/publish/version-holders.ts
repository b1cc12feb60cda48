import type { Project } from '../../domain/project.ts';
import { samePep440, toPep440 } from '../../domain/version.ts';
import { homesAt } from '../tree.ts';
import type { PublishDeps } from './deps.ts';

/** So far back is looked for a version that nobody tagged. */
const MOST_COMMITS = 200;

interface Asked {
  readonly folder: string;
  readonly project: Project;
  readonly version: string;
  readonly main: string;
}

/** Commits of main that made its files say the version, oldest first; none where no file holds it. */
export async function holdersOf(
  deps: Pick<PublishDeps, 'git' | 'workspaces'>,
  { folder, project, version, main }: Asked,
): Promise<string[]> {
  const { git } = deps;
  const { homes } = await homesAt(deps, folder, main, project);
  const paths = new Set(homes.map(({ path }) => path));
  if (paths.size === 0) return [];
  const holders: string[] = [];
  let before = false;
  for (const { sha, parents } of await git.log(folder, null, main, { firstParent: true, limit: MOST_COMMITS })) {
    const [parent] = parents;
    const edits = parent === undefined || (await git.changedPaths(folder, parent, sha)).some((path) => paths.has(path));
    if (!edits) continue;
    const said = (await homesAt(deps, folder, sha, project)).version;
    const holds = said !== null && samePep440(said, toPep440(version));
    if (holds && !before) holders.push(sha);
    before = holds;
  }
  return holders;
}
