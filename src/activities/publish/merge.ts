import { Problem } from '../../domain/problem.ts';
import type { Candidate } from '../../domain/run/state.ts';
import type { PublishActivities, ReleaseContext, Source } from '../index.ts';
import type { GitAccess } from '../ports.ts';
import { bundleOf, repositoryOf } from '../repository.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, head, type PublishDeps } from './deps.ts';
import { assertApproved } from './proofs.ts';
import { assertHead, required } from './pull-request.ts';

type Asked = ReleaseContext & { readonly source: Source; readonly candidate: Candidate; readonly adopt?: boolean };

/** From the release branch into main: only what was tested. */
export function mergeActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureMergeable' | 'ensureMerged'> {
  const { git, github, remote } = deps;

  return {
    async ensureMergeable(asked) {
      const { candidate, project } = asked;
      const access = await gitAccess(deps, project);
      const folder = await repositoryOf(deps, [asked.source.bundle, candidate.bundle]);
      const main = await fetched(access, folder, project.branches.main);
      if (await git.isAncestor(folder, candidate.commit, main))
        return { moved: null, summary: 'merged already', adopted: true };
      if (!asked.adopt) {
        const branch = await fetched(access, folder, asked.source.releaseBranch.replace('refs/heads/', ''));
        if (branch !== candidate.commit)
          return { moved: await ownMerge(asked, folder, branch), summary: 'main is in the branch already' };
      }
      const { tree, conflicts } = await git.mergeTree(folder, main, candidate.commit);
      if (conflicts.length > 0) {
        throw new Problem(
          'merge-conflict',
          `${project.branches.main} and the release branch conflict in ${conflicts.join(', ')}`,
        );
      }
      if (tree === candidate.tree) return { moved: null, summary: `merges into ${main.slice(0, 12)} as tested` };
      if (asked.adopt) {
        throw new Problem(
          'merge-conflict',
          `${project.branches.main} moved, and merging ${candidate.commit.slice(0, 12)} would give other files than are tagged: merge it into ${project.branches.main} by hand`,
        );
      }
      return {
        moved: await takeInMain(asked, folder, { main, tree, access }),
        summary: `${project.branches.main} moved: its changes are in the branch now`,
      };
    },

    async ensureMerged({ approval, candidate, number, ...context }) {
      await assertApproved(deps, { ...context, approval });
      const { project } = context;
      const commit =
        number === null
          ? await mergedByPush(context, candidate)
          : await mergedByPullRequest(context, candidate, number);
      const workspace = await deps.workspaces.open();
      try {
        const folder = `${workspace.folder}/main.git`;
        await remote.fetch(await gitAccess(deps, project), folder, [head(project.branches.main)]);
        const { tree } = await git.commit(folder, commit);
        if (tree !== candidate.tree) {
          throw new Problem(
            'commit-unexpected',
            `${commit} holds other files than ${candidate.commit}, which was tested: ${project.branches.main} moved during the merge`,
          );
        }
      } finally {
        await workspace.dispose();
      }
      return { commit, summary: `${project.branches.main} has it as ${commit.slice(0, 12)}` };
    },
  };

  async function fetched(access: GitAccess, folder: string, branch: string): Promise<string> {
    await remote.fetch(access, folder, [head(branch)]);
    const sha = (await git.refs(folder))[head(branch)];
    if (sha === undefined) throw new Problem('branch-missing', `the repository has no branch ${branch}`);
    return sha;
  }

  async function takeInMain(
    asked: Asked,
    folder: string,
    merge: { main: string; tree: string; access: GitAccess },
  ): Promise<Candidate> {
    const { candidate, source, project, time } = asked;
    const commit = await git.commitTree(folder, merge.tree, {
      parents: [candidate.commit, merge.main],
      message: messageFor(asked),
      author: SLIPWAY,
      time,
    });
    await remote.push(merge.access, folder, [{ ref: source.releaseBranch, expected: candidate.commit, new: commit }]);
    return keep(asked, folder, { commit, tree: merge.tree, name: `with ${project.branches.main}` });
  }

  /** A worker that died after its push finds its own merge on the branch; anything else is somebody's work. */
  async function ownMerge(asked: Asked, folder: string, branch: string): Promise<Candidate> {
    const { candidate, time } = asked;
    const { parents, author, message, tree, time: made } = await git.commit(folder, branch);
    const own =
      parents[0] === candidate.commit &&
      parents.length === 2 &&
      author.email === SLIPWAY.email &&
      message.trim() === messageFor(asked) &&
      made === time;
    if (!own)
      throw new Problem(
        'branch-moved',
        `${asked.source.releaseBranch} is at ${branch}, and what was tested and signed is ${candidate.commit}`,
      );
    return keep(asked, folder, { commit: branch, tree, name: 'found' });
  }

  async function keep(
    { candidate }: Asked,
    folder: string,
    made: { commit: string; tree: string; name: string },
  ): Promise<Candidate> {
    const refs = { 'refs/slipway/candidate': made.commit, 'refs/slipway/before': candidate.commit };
    return { commit: made.commit, tree: made.tree, bundle: await bundleOf(deps, folder, 'candidate.bundle', refs) };
  }

  function messageFor({ project, source }: Asked): string {
    return `Merge branch '${project.branches.main}' into ${source.releaseBranch.replace('refs/heads/', '')}`;
  }

  async function mergedByPullRequest(context: ReleaseContext, candidate: Candidate, number: number): Promise<string> {
    const { project, version } = context;
    const access = await required(deps, project);
    const pull = await github.pullRequest(access, number);
    if (pull.merged && pull.mergeCommit) {
      assertHead(pull, candidate.commit);
      return pull.mergeCommit;
    }
    if (pull.state === 'closed') throw new Problem('pull-request-closed', `pull request #${number} was closed`);
    assertHead(pull, candidate.commit);
    const { sha } = await github.merge(access, number, {
      sha: candidate.commit,
      method: project.publish.mergeMethod,
      title: `Release v${version} (#${number})`,
      message: '',
    });
    return sha;
  }

  /** Without a GitHub there is no pull request: the merge commit is made here and pushed with main's old value expected. */
  async function mergedByPush(context: ReleaseContext, candidate: Candidate): Promise<string> {
    const { project, version, time } = context;
    const access = await gitAccess(deps, project);
    const folder = await repositoryOf(deps, [candidate.bundle]);
    const main = await fetched(access, folder, project.branches.main);
    if (await git.isAncestor(folder, candidate.commit, main)) return main;
    const commit = await git.commitTree(folder, candidate.tree, {
      parents: [main, candidate.commit],
      message: `Release v${version}`,
      author: SLIPWAY,
      time,
    });
    await remote.push(access, folder, [{ ref: head(project.branches.main), expected: main, new: commit }]);
    return commit;
  }
}
