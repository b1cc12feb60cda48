import { isOlderLine } from '../../domain/hotfix-rules.ts';
import { Problem } from '../../domain/problem.ts';
import { branchFor } from '../../domain/stage-rules.ts';
import type { FixFound, HotfixActivities, HotfixBranch } from '../contract/hotfix.ts';
import type { ReleaseContext } from '../index.ts';
import { cherryPicked, namedCommits } from './cherry-pick.ts';
import { gitAccess, head, hotfixOf, inClone, type PublishDeps } from './deps.ts';
import { branchIn, sourceAt, tagNames } from './source.ts';

/** The hotfix branch: made, filled by a person or by cherry-picks, and gone at the end. */
export function hotfixActivities(deps: PublishDeps): HotfixActivities {
  const { git, remote } = deps;

  return {
    pinHotfix(context) {
      return inClone(deps, context.project, async (folder) => {
        const refs = await git.refs(folder);
        const ref = head(branchFor(context));
        const start = await startOf(context, folder);
        const found = refs[ref] ?? null;
        const olderLine = isOlderLine(context, tagNames(refs));
        if (found === null) return { branch: { ref, start, found, olderLine }, summary: `from ${start.slice(0, 12)}` };
        const common = await git.mergeBase(folder, start, found);
        const { base } = hotfixOf(context);
        if (common === null || (base !== null && common !== start))
          throw new Problem('branch-moved', `${ref} is there already, and does not begin at ${base ?? 'main'}`);
        return { branch: { ref, start: common, found, olderLine }, summary: `from ${common.slice(0, 12)}` };
      });
    },

    ensureHotfixBranch({ branch, ...context }) {
      return inClone(deps, context.project, async (folder, access) => {
        const { ref, start } = branch;
        if ((await git.refs(folder))[ref] !== undefined) return { adopted: true, summary: `${ref} is there` };
        await remote.push(access, folder, [{ ref, expected: null, new: start }]);
        return { summary: `${ref} at ${start.slice(0, 12)}` };
      });
    },

    awaitFix({ branch, said, ...context }) {
      return inClone(deps, context.project, async (folder) => {
        const there = branchIn(await git.refs(folder), nameOf(branch));
        await assertAhead(folder, branch, there);
        for (const sha of said) {
          const known = await git.isAncestor(folder, sha, there).catch(notThere);
          if (!known) throw new Problem('not-yet', `${sha} is not on ${branch.ref} yet`);
        }
        return pinned(context, folder, { branch, there });
      });
    },

    pickCommits({ branch, ...context }) {
      return inClone(deps, context.project, async (folder) => {
        const there = branchIn(await git.refs(folder), nameOf(branch));
        return { picked: there === branch.start ? await picked(context, folder, branch) : null };
      });
    },

    ensureCherryPicked({ branch, ...context }) {
      return inClone(deps, context.project, async (folder, access) => {
        const there = branchIn(await git.refs(folder), nameOf(branch));
        if (there !== branch.start) {
          await assertAhead(folder, branch, there);
          return pinned(context, folder, { branch, there });
        }
        const made = await picked(context, folder, branch);
        await remote.push(access, folder, [{ ref: branch.ref, expected: branch.start, new: made }]);
        await git.setRef(folder, branch.ref, made);
        return pinned(context, folder, { branch, there: made });
      });
    },

    async ensureBranchDeleted({ ref, commit, ...context }) {
      const access = await gitAccess(deps, context.project);
      const there = (await remote.refs(access, [ref]))[ref];
      if (there === undefined) return { summary: `${ref} is gone`, adopted: true };
      if (there !== commit) {
        const summary = `${ref} stays: it is at ${there}, and what was released is ${commit}`;
        return { summary, omitted: true };
      }
      return inClone(deps, context.project, async (folder) => {
        await remote.push(access, folder, [{ ref, expected: commit, new: null }]);
        return { summary: `${ref} is deleted on the remote` };
      });
    },
  };

  async function picked(context: ReleaseContext, folder: string, { start }: HotfixBranch): Promise<string> {
    const commits = await namedCommits(deps, context, folder);
    const made = await cherryPicked(git, { folder, commits, onto: start, time: context.time });
    if (made === start) throw new Problem('commit-missing', 'what was named is in the base already: it fixes nothing');
    return made;
  }

  /** main, or the tag of an older line. */
  async function startOf(context: ReleaseContext, folder: string): Promise<string> {
    const { base } = hotfixOf(context);
    const refs = await git.refs(folder);
    if (base === null) return branchIn(refs, context.project.branches.main);
    if (refs[`refs/tags/${base}`] === undefined) throw new Problem('base-unknown', `the repository has no tag ${base}`);
    return (await git.commit(folder, `refs/tags/${base}`)).sha;
  }

  async function assertAhead(folder: string, branch: HotfixBranch, there: string): Promise<void> {
    if (there === branch.start) throw new Problem('not-yet', `no fix is on ${branch.ref} yet`);
    if (await git.isAncestor(folder, branch.start, there)) return;
    throw new Problem('branch-moved', `${branch.ref} is at ${there}, which is not on top of ${branch.start}`);
  }

  async function pinned(
    context: ReleaseContext,
    folder: string,
    { branch, there }: { branch: HotfixBranch; there: string },
  ): Promise<FixFound> {
    const source = await sourceAt(deps, context, { folder, base: there, baseRef: branch.ref, found: there });
    const log = await git.log(folder, branch.start, there);
    const subjects = log.map(({ message }) => message.split('\n')[0] ?? '');
    return {
      source,
      commits: log.map(({ sha }) => sha),
      summary: `${log.length === 1 ? '1 commit' : `${log.length} commits`}: ${subjects.join('; ')}`.slice(0, 500),
      evidence: log
        .slice(-20)
        .map(({ sha, message }) => ({ name: sha, value: (message.split('\n')[0] ?? '').slice(0, 200) })),
    };
  }
}

function nameOf({ ref }: HotfixBranch): string {
  return ref.replace('refs/heads/', '');
}

/** A commit that the repository does not hold is on no branch of it. */
function notThere(error: unknown): false {
  if (error instanceof Problem && !error.retry) return false;
  throw error;
}
