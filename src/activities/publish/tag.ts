import { Problem } from '../../domain/problem.ts';
import { branchFor, goesThroughMain, tagMessageFor } from '../../domain/stage-rules.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, head, type PublishDeps } from './deps.ts';
import { assertApproved } from './proofs.ts';

export function tagActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureTagged'> {
  const { remote, workspaces } = deps;

  return {
    async ensureTagged({ approval, candidate, commit, ...context }) {
      await assertApproved(deps, { ...context, approval });
      const { project, version } = context;
      const access = await gitAccess(deps, project);
      const tag = tagOf(version, project.version.tag);
      const ref = `refs/tags/${tag}`;
      const refs = await remote.refs(access, [ref]);
      const there = refs[`${ref}^{}`] ?? refs[ref];
      if (there === commit)
        return { tag, object: refs[ref]!, summary: `${tag} is on ${commit.slice(0, 12)} already`, adopted: true };
      if (there !== undefined)
        throw new Problem('tag-taken', `${tag} is on ${there}, and what was released is ${commit}`);
      const workspace = await workspaces.open();
      try {
        const folder = `${workspace.folder}/tag.git`;
        const branch = goesThroughMain(context) ? project.branches.main : branchFor(context);
        await remote.fetch(access, folder, [head(branch)]);
        const object = await tagObject(deps, context, { folder, commit });
        await remote.push(access, folder, [{ ref, expected: null, new: object }]);
        return { tag, object, summary: `${tag} on ${commit.slice(0, 12)}` };
      } finally {
        await workspace.dispose();
      }
    },
  };
}

/** Fixed by the run: every attempt makes the same object. */
export function tagObject(
  { git }: PublishDeps,
  { project, version, procedure, time }: ReleaseContext,
  { folder, commit }: { folder: string; commit: string },
): Promise<string> {
  const name = tagOf(version, project.version.tag);
  return git.tagObject(folder, {
    name,
    target: commit,
    tagger: SLIPWAY,
    time,
    message: tagMessageFor({ version, procedure }),
  });
}
