import { marker } from '../../domain/marker.ts';
import { Problem } from '../../domain/problem.ts';
import type { MergeBack, PublishActivities, ReleaseContext } from '../index.ts';
import type { GitAccess, GitHubAccess, PullRequest } from '../ports.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, githubAccess, head, type PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';

const TRIES = 3;

type Asked = ReleaseContext & { readonly merge: MergeBack };

/** What was released comes back into the branches that go on, without a checkout. */
export function mergeBackActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'ensureMergedBack' | 'awaitMergedBack'> {
  const { git, github, remote, workspaces } = deps;

  return {
    async ensureMergedBack(context) {
      const access = await gitAccess(deps, context.project);
      for (let left = TRIES; ; left -= 1) {
        const workspace = await workspaces.open();
        try {
          return await mergeBack(context, access, `${workspace.folder}/repository.git`);
        } catch (error) {
          // Somebody pushed to the branch at the same moment: look again.
          if (!(error instanceof Problem) || error.code !== 'branch-moved' || left <= 1) throw error;
        } finally {
          await workspace.dispose();
        }
      }
    },

    async awaitMergedBack({ number, ...context }) {
      const { project } = context;
      const pull = await github.pullRequest(await required(deps, project), number);
      if (pull.merged) return { summary: `#${number} is merged` };
      const workspace = await workspaces.open();
      try {
        const folder = `${workspace.folder}/repository.git`;
        const { ours, theirs } = await sides(context, await gitAccess(deps, project), folder);
        if (await git.isAncestor(folder, theirs, ours)) return { summary: `${context.merge.into} has it` };
      } finally {
        await workspace.dispose();
      }
      if (pull.state === 'closed')
        throw new Problem('pull-request-closed', `the merge-back #${number} was closed without being merged`);
      throw new Problem('not-yet', `the merge-back #${number} is not merged yet`);
    },
  };

  /** The branch, and what comes into it. */
  async function sides({ merge }: Asked, access: GitAccess, folder: string): Promise<{ ours: string; theirs: string }> {
    const names = { into: head(merge.into), from: head(merge.from.branch) };
    await remote.fetch(access, folder, [names.into, names.from]);
    const refs = await git.refs(folder);
    return { ours: refs[names.into]!, theirs: 'commit' in merge.from ? merge.from.commit : refs[names.from]! };
  }

  async function mergeBack(context: Asked, access: GitAccess, folder: string) {
    const { version, time } = context;
    const { into } = context.merge;
    const { ours, theirs } = await sides(context, access, folder);
    if (await git.isAncestor(folder, theirs, ours)) {
      return { pullRequest: null, summary: `${into} has it already`, adopted: true };
    }
    const { tree, conflicts } = await git.mergeTree(folder, ours, theirs);
    if (conflicts.length > 0)
      return byPullRequest(context, access, folder, { theirs, why: `conflict in ${conflicts.join(', ')}` });
    const message = `Merge v${version} back into ${into}`;
    const commit = (await git.isAncestor(folder, ours, theirs))
      ? theirs
      : await git.commitTree(folder, tree, { parents: [ours, theirs], message, author: SLIPWAY, time });
    try {
      await remote.push(access, folder, [{ ref: head(into), expected: ours, new: commit }]);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'git-refused') throw error;
      return byPullRequest(context, access, folder, { theirs, why: `${into} is protected` });
    }
    return { pullRequest: null, summary: `${into} is at ${commit.slice(0, 12)}` };
  }

  /** The conflict is resolved on a branch of its own, so that nobody has to push to what was released. */
  async function byPullRequest(
    context: Asked,
    access: GitAccess,
    folder: string,
    { theirs, why }: { theirs: string; why: string },
  ) {
    const { id, project, version, merge } = context;
    const github = await githubAccess(deps, project);
    if (!github)
      throw new Problem(
        'merge-conflict',
        `v${version} does not merge into ${merge.into} (${why}): merge it by hand, then retry`,
      );
    const toMain = merge.into === project.branches.main;
    const filter = { head: `merge-back/v${version}${toMain ? `-${merge.into}` : ''}`, base: merge.into };
    const found = await openPull(github, filter);
    if (!found) {
      const ref = head(filter.head);
      if ((await remote.refs(access, [ref]))[ref] === undefined)
        await remote.push(access, folder, [{ ref, expected: null, new: theirs }]);
    }
    const title = `Merge v${version} back into ${merge.into}`;
    const body = `${why}. Resolve it on \`${filter.head}\` and merge.\n\n${marker(id)}`;
    const pull = found ?? (await deps.github.createPullRequest(github, { ...filter, title, body }));
    return { pullRequest: { number: pull.number, url: pull.url }, summary: `${why}: pull request #${pull.number}` };
  }

  async function openPull(
    access: GitHubAccess,
    filter: { head: string; base: string },
  ): Promise<PullRequest | undefined> {
    return (await github.pullRequests(access, filter)).find((pull) => pull.state === 'open');
  }
}
