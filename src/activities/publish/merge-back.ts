import { Problem } from '../../domain/problem.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { GitAccess, GitHubAccess, PullRequest } from '../ports.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, githubAccess, head, type PublishDeps } from './deps.ts';
import { marker, required } from './pull-request.ts';

const TRIES = 3;

/** main into develop, without a checkout. */
export function mergeBackActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'ensureMergedBack' | 'awaitMergedBack'> {
  const { git, github, remote, workspaces } = deps;

  return {
    async ensureMergedBack(context) {
      const { project } = context;
      const access = await gitAccess(deps, project);
      for (let left = TRIES; ; left -= 1) {
        const workspace = await workspaces.open();
        try {
          return await mergeBack(context, access, `${workspace.folder}/repository.git`);
        } catch (error) {
          // Somebody pushed to develop at the same moment: look again.
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
        const { main, develop } = await branches(context, await gitAccess(deps, project), folder);
        if (await git.isAncestor(folder, main, develop))
          return { summary: `${project.branches.develop} has ${project.branches.main}` };
      } finally {
        await workspace.dispose();
      }
      if (pull.state === 'closed')
        throw new Problem('pull-request-closed', `the merge-back #${number} was closed without being merged`);
      throw new Problem('not-yet', `the merge-back #${number} is not merged yet`);
    },
  };

  async function branches(
    { project }: ReleaseContext,
    access: GitAccess,
    folder: string,
  ): Promise<{ main: string; develop: string }> {
    const names = { main: head(project.branches.main), develop: head(project.branches.develop!) };
    await remote.fetch(access, folder, [names.main, names.develop]);
    const refs = await git.refs(folder);
    return { main: refs[names.main]!, develop: refs[names.develop]! };
  }

  async function mergeBack(context: ReleaseContext, access: GitAccess, folder: string) {
    const { project, version, time } = context;
    const target = project.branches.develop!;
    const { main, develop } = await branches(context, access, folder);
    if (await git.isAncestor(folder, main, develop)) {
      return { pullRequest: null, summary: `${target} has ${project.branches.main} already`, adopted: true };
    }
    const { tree, conflicts } = await git.mergeTree(folder, develop, main);
    if (conflicts.length > 0)
      return byPullRequest(context, access, folder, { main, why: `conflict in ${conflicts.join(', ')}` });
    const message = `Merge v${version} back into ${target}`;
    const commit = (await git.isAncestor(folder, develop, main))
      ? main
      : await git.commitTree(folder, tree, { parents: [develop, main], message, author: SLIPWAY, time });
    try {
      await remote.push(access, folder, [{ ref: head(target), expected: develop, new: commit }]);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'git-refused') throw error;
      return byPullRequest(context, access, folder, { main, why: `${target} is protected` });
    }
    return { pullRequest: null, summary: `${target} is at ${commit.slice(0, 12)}` };
  }

  /** The conflict is resolved on a branch of its own, so that nobody has to push to main. */
  async function byPullRequest(
    context: ReleaseContext,
    access: GitAccess,
    folder: string,
    { main, why }: { main: string; why: string },
  ) {
    const { id, project, version } = context;
    const github = await githubAccess(deps, project);
    const target = project.branches.develop!;
    if (!github)
      throw new Problem(
        'merge-conflict',
        `${project.branches.main} does not merge into ${target} (${why}): merge it by hand, then retry`,
      );
    const filter = { head: `merge-back/v${version}`, base: target };
    const found = await openPull(github, filter);
    if (!found) {
      const ref = head(filter.head);
      if ((await remote.refs(access, [ref]))[ref] === undefined)
        await remote.push(access, folder, [{ ref, expected: null, new: main }]);
    }
    const title = `Merge v${version} back into ${target}`;
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
