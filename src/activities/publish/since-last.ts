import type { Project } from '../../domain/project.ts';
import { type Commit, versionsSoFar } from '../../domain/suggestion.ts';
import { compareVersions } from '../../domain/version.ts';
import { versionOfTag } from '../../domain/version-tag.ts';
import type { GitLocal } from '../ports.ts';

interface Asked {
  readonly folder: string;
  readonly project: Project;
  readonly base: string;
  /** Tags of this version and of higher ones are left aside. */
  readonly before?: string;
}

/** The last stable version that a commit can reach, and the commits since. */
export async function sinceLast(
  git: Pick<GitLocal, 'tagsReachableFrom' | 'log'>,
  { folder, project, base, before }: Asked,
) {
  const form = project.version.tag;
  const tags = (await git.tagsReachableFrom(folder, base)).filter(({ tag }) => {
    const version = versionOfTag(tag, form);
    return before === undefined || version === undefined || compareVersions(version, before) < 0;
  });
  const soFar = versionsSoFar({
    tags: tags.map(({ tag }) => ({ name: tag, reachable: true })),
    fileVersion: null,
    tagForm: form,
  });
  const log = await git.log(folder, soFar.last ? `refs/tags/${soFar.last.tag}` : null, base);
  const commits: Commit[] = log.map(({ sha, message, parents }) => ({ sha, message, parents }));
  return { last: soFar.last, commits };
}
