import { hasEnded } from '../../domain/dispatch/own-run.ts';
import { marker } from '../../domain/marker.ts';
import { Problem } from '../../domain/problem.ts';
import type { Undo } from '../../domain/run/state.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import { gitAccess, githubAccess, head, type PublishDeps } from './deps.ts';
import { ownRunsOf, unseenDispatch } from './dispatching.ts';
import { required } from './pull-request.ts';
import { revertCommit } from './reverting.ts';
import { tagObject } from './tag.ts';
import { closeIssue, openIssuesOf } from './urgent-issue.ts';

type Undone = StepReport & { readonly undone: boolean };
type Entry<K extends Undo['kind']> = Extract<Undo, { kind: K }>;

/** Takes back what the run recorded that it did, only where it still is as the run left it. */
export function undoActivities(deps: PublishDeps): Pick<PublishActivities, 'undo'> {
  const { git, github, remote, workspaces } = deps;

  return {
    undo({ entry, ...context }) {
      switch (entry.kind) {
        case 'branch':
          return branchBack(context, entry);
        case 'pull-request':
          return pullRequestClosed(context, entry);
        case 'test-index':
          return Promise.resolve(testIndexStays(context, entry));
        case 'merge':
          return mergeReverted(context, entry);
        case 'tag':
          return tagRemoved(context, entry);
        case 'job':
          return jobStopped(context, entry);
        case 'draft':
          return draftRemoved(context, entry);
        case 'issue':
          return issueClosed(context);
      }
    },
  };

  async function branchBack({ project }: ReleaseContext, { ref, to, from }: Entry<'branch'>): Promise<Undone> {
    const access = await gitAccess(deps, project);
    const there = (await remote.refs(access, [ref]))[ref] ?? null;
    if (there === to) return { undone: true, summary: `${ref} is as it was found` };
    if (there === null || !from.includes(there))
      return { undone: false, summary: `${ref} is at ${there ?? 'nothing'}: somebody else moved it` };
    const workspace = await workspaces.open();
    try {
      const folder = `${workspace.folder}/repository.git`;
      await remote.fetch(access, folder, [ref]);
      await remote.push(access, folder, [{ ref, expected: there, new: to }]);
    } finally {
      await workspace.dispose();
    }
    return { undone: true, summary: to === null ? `${ref} removed` : `${ref} put back to ${to.slice(0, 12)}` };
  }

  async function pullRequestClosed({ id, project }: ReleaseContext, entry: Entry<'pull-request'>): Promise<Undone> {
    const access = await required(deps, project);
    const filter = { head: entry.head.replace('refs/heads/', ''), base: entry.base };
    const all = (await github.pullRequests(access, filter)).filter((pull) => pull.body.includes(marker(id)));
    const own = all.filter((pull) => pull.state === 'open');
    const merged = all.some((pull) => pull.merged);
    const numbers = (pulls: typeof all) => pulls.map((pull) => `#${pull.number}`).join(', ');
    for (const pull of own) await github.updatePullRequest(access, pull.number, { state: 'closed' });
    return {
      undone: true,
      summary:
        own.length > 0
          ? `closed ${numbers(own)}`
          : `no pull request is open${merged ? `: ${numbers(all)} is merged` : ''}`,
    };
  }

  function testIndexStays({ project }: ReleaseContext, { version }: Entry<'test-index'>): Undone {
    const name = project.publish.testIndex?.name ?? 'the test index';
    return { undone: false, summary: `files of ${version} stay on ${name}: an index takes nothing back` };
  }

  /** A merge is not unmade but reverted, by a pull request that people merge. */
  async function mergeReverted(
    { id, project, version, time }: ReleaseContext,
    { number }: Entry<'merge'>,
  ): Promise<Undone> {
    const access = await required(deps, project);
    const pull = await github.pullRequest(access, number);
    if (!pull.merged || !pull.mergeCommit) return { undone: true, summary: `#${number} was not merged` };
    if (!project.publish.revertOnAbort) return { undone: false, summary: `#${number} stays merged, by policy` };
    const filter = { head: `revert/v${version}`, base: project.branches.main };
    const found = (await github.pullRequests(access, filter)).find((one) => one.state === 'open');
    if (found) return { undone: true, summary: `revert pull request #${found.number}` };
    await pushRevert(
      { access: await gitAccess(deps, project), main: head(project.branches.main), branch: head(filter.head) },
      pull.mergeCommit,
      time,
    );
    const title = `Revert "Release v${version}"`;
    const opened = await github.createPullRequest(access, {
      ...filter,
      title,
      body: `Reverts #${number}: its release was aborted.\n\n${marker(id)}`,
    });
    return { undone: true, summary: `revert pull request #${opened.number}` };
  }

  async function pushRevert(
    at: { access: Awaited<ReturnType<typeof gitAccess>>; main: string; branch: string },
    merged: string,
    time: number,
  ): Promise<void> {
    const workspace = await workspaces.open();
    try {
      const folder = `${workspace.folder}/repository.git`;
      await remote.fetch(at.access, folder, [at.main]);
      const main = (await git.refs(folder))[at.main]!;
      const before = await git.commit(folder, (await git.commit(folder, merged)).parents[0]!);
      const message = `Revert ${merged}`;
      const revert = await revertCommit(deps, folder, {
        ...{ main, bad: merged, tree: before.tree, also: [], message, time },
      });
      const commit = revert.conflicts.length > 0 ? await revert.apart() : await revert.onMain(revert.merged);
      const there = (await remote.refs(at.access, [at.branch]))[at.branch];
      if (there === undefined) await remote.push(at.access, folder, [{ ref: at.branch, expected: null, new: commit }]);
    } finally {
      await workspace.dispose();
    }
  }

  async function tagRemoved(context: ReleaseContext, { tag, commit }: Entry<'tag'>): Promise<Undone> {
    const access = await gitAccess(deps, context.project);
    const ref = `refs/tags/${tag}`;
    const there = (await remote.refs(access, [ref]))[ref];
    if (there === undefined) return { undone: true, summary: `no tag ${tag}` };
    const workspace = await workspaces.open();
    try {
      const folder = `${workspace.folder}/repository.git`;
      await remote.fetch(access, folder, [ref]);
      const own = await tagObject(deps, context, { folder, commit });
      // Whoever signed it: what a rotated key made was this run's all the same.
      if ((await git.unsignedTag(folder, there)) !== own)
        return { undone: false, summary: `the tag ${tag} is not this run's own` };
      await remote.push(access, folder, [{ ref, expected: there, new: null }]);
    } finally {
      await workspace.dispose();
    }
    return { undone: true, summary: `tag ${tag} removed` };
  }

  async function draftRemoved({ id, project }: ReleaseContext, { tag }: Entry<'draft'>): Promise<Undone> {
    const access = await githubAccess(deps, project);
    if (!access) return { undone: true, summary: 'no draft' };
    const own = (await github.releases(access, tag)).filter(
      (release) => release.draft && release.body.includes(marker(id)),
    );
    for (const release of own) await github.deleteRelease(access, release.id);
    return { undone: true, summary: own.length === 0 ? 'no draft' : `draft ${tag} removed` };
  }

  /** Nothing else is taken back before it has really ended: until then it may publish. */
  async function jobStopped(context: ReleaseContext, { kind: _, ...purpose }: Entry<'job'>): Promise<Undone> {
    const { build, publish } = context.project;
    const workflow = purpose.part === 'build' ? build?.workflow : publish.index.workflow;
    const access = await githubAccess(deps, context.project);
    const own = workflow && access ? await ownRunsOf(deps, access, { context, workflow, purpose }) : [];
    const running = own.filter((run) => !hasEnded(run));
    for (const { id } of running) await github.cancelWorkflowRun(access!, id);
    if (running.length > 0) throw new Problem('not-yet', `${running[0]!.url} was cancelled and has not ended yet`);
    if (workflow && (await unseenDispatch(deps, context, { purpose, own })))
      throw new Problem('not-yet', `${workflow.file} was dispatched, and GitHub does not show its run yet`);
    return {
      undone: true,
      summary: own[0] ? `the ${purpose.part} workflow has ended: ${own[0].url}` : 'no workflow ran',
    };
  }

  async function issueClosed({ id, project }: ReleaseContext): Promise<Undone> {
    const access = await githubAccess(deps, project);
    const open = access ? await openIssuesOf(deps, access, id) : [];
    for (const issue of open) await closeIssue(deps, access!, { issue, ending: 'the rollback was withdrawn' });
    const numbers = open.map(({ number }) => `#${number}`).join(', ');
    return { undone: true, summary: open.length === 0 ? 'no urgent issue is open' : `urgent issue ${numbers} closed` };
  }
}
