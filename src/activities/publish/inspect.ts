import { nextHotfix } from '../../domain/hotfix-rules.ts';
import { nextVersion } from '../../domain/next-version.ts';
import { Problem } from '../../domain/problem.ts';
import { suggestNext, versionsSoFar } from '../../domain/suggestion.ts';
import type { PublishActivities } from '../index.ts';
import { knownTags } from '../known-tags.ts';
import { fileVersion } from '../tree.ts';
import { cadenceFacts } from './cadence-facts.ts';
import { gitAccess, head, type PublishDeps } from './deps.ts';

/** Last, suggested and next version of a project, read-only. */
export function inspectActivities(deps: PublishDeps): Pick<PublishActivities, 'inspectProject'> {
  const { directory, git, remote, workspaces } = deps;

  return {
    async inspectProject({ project: name, bump, prerelease, hotfix, cadence }) {
      const project = await directory.project(name);
      const workspace = await workspaces.open();
      try {
        const folder = `${workspace.folder}/source.git`;
        await remote.fetch(await gitAccess(deps, project), folder);
        const branch = project.branches.develop ?? project.branches.main;
        const base = (await git.refs(folder))[head(branch)];
        if (base === undefined) throw new Problem('branch-missing', `the repository has no branch ${branch}`);
        const names = Object.keys(await git.refs(folder)).flatMap(
          (ref) => /^refs\/tags\/([^^]+)$/.exec(ref)?.[1] ?? [],
        );
        const tags = await knownTags(git, { folder, commit: base, names, form: project.version.tag });
        const soFar = versionsSoFar({
          tags,
          fileVersion: await fileVersion(deps, folder, base, project),
          tagForm: project.version.tag,
        });
        const commits = await git.log(folder, soFar.last ? `refs/tags/${soFar.last.tag}` : null, base);
        const suggestion = suggestNext(soFar, commits);
        const found = {
          project: name,
          package: project.package,
          last: suggestion.last,
          base: soFar.base,
          bump: suggestion.bump,
          suggested: suggestion.next,
          reasons: suggestion.reasons,
          ...(cadence ? { cadence: await cadenceFacts(git, { folder, base, tags, form: project.version.tag }) } : {}),
        };
        if (hotfix) return { ...found, ...answered(() => nextHotfix(project, names, hotfix.base)) };
        return { ...found, ...asked(soFar.base, suggestion.next, bump, prerelease) };
      } finally {
        await workspace.dispose();
      }
    },
  };
}

function asked(
  base: string | null,
  suggested: string | null,
  bump?: 'major' | 'minor' | 'patch' | 'prerelease',
  prerelease?: 'alpha' | 'beta' | 'rc',
) {
  if (bump === undefined && prerelease === undefined) return { next: suggested };
  return answered(() =>
    nextVersion({
      base: base ?? '0.0.0',
      bump: bump ?? 'prerelease',
      ...(prerelease === undefined ? {} : { prerelease }),
    }),
  );
}

function answered(next: () => string) {
  try {
    return { next: next() };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { next: null, problem: { code: error.code, message: error.message, remedy: error.remedy } };
  }
}
