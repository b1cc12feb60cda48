import { closeChangelog } from '../../domain/changelog/close-changelog.ts';
import { marker } from '../../domain/marker.ts';
import { Problem } from '../../domain/problem.ts';
import { rollForwardEntries } from '../../domain/rollback-words.ts';
import type { RollForward } from '../../domain/run/request.ts';
import { compareVersions, isPrerelease } from '../../domain/version.ts';
import { exactBytes, exactText } from '../../domain/version-homes/exact-text.ts';
import { tagOf, versionOfTag } from '../../domain/version-tag.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { PullRequest, RefState } from '../ports.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, githubAccess, head, type PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';
import { revertCommit } from './reverting.ts';

interface Made {
  readonly commit: string;
  readonly conflicts: readonly string[];
}

/** main carries the revert: what the roll-forward differs from the bad version in, whatever came to main since. */
export function revertActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureReverted' | 'awaitReverted'> {
  const { git, github, remote, workspaces } = deps;

  return {
    async ensureReverted({ commit, ...context }) {
      const { project } = context;
      const { main } = project.branches;
      const gone = await inRepository(context, async (folder, refs) => {
        const there = refs[head(main)]!;
        if (await git.isAncestor(folder, commit, there)) return { summary: `${main} has it already`, adopted: true };
        const why = await needless(context, folder, refs);
        if (why) return { summary: `${main} stays: ${why}`, omitted: true };
        const made = await revertOn(context, folder, { main: there, commit });
        if (await githubAccess(deps, project)) return { ...(await offer(context, folder, { commit, made, refs })) };
        return push(context, folder, { main: there, made });
      });
      return { pullRequest: null, ...gone };
    },

    async awaitReverted({ number, commit, ...context }) {
      const { project } = context;
      const pull = await github.pullRequest(await required(deps, project), number);
      if (pull.merged) return { summary: `#${number} is merged` };
      const { main } = project.branches;
      const byHand = await inRepository(context, (folder, refs) => git.isAncestor(folder, commit, refs[head(main)]!));
      if (byHand) return { summary: `${main} has it` };
      if (pull.state === 'closed')
        throw new Problem('pull-request-closed', `the revert #${number} was closed without being merged`);
      throw new Problem('not-yet', `the revert #${number} is not merged yet`);
    },
  };

  async function inRepository<R>(
    { project }: ReleaseContext,
    act: (folder: string, refs: RefState) => Promise<R>,
  ): Promise<R> {
    const workspace = await workspaces.open();
    try {
      const folder = `${workspace.folder}/repository.git`;
      await remote.fetch(await gitAccess(deps, project), folder);
      return await act(folder, await git.refs(folder));
    } finally {
      await workspace.dispose();
    }
  }

  /** An older line's rollback is none of main's business, nor is one that main has left behind. */
  async function needless(context: ReleaseContext, folder: string, refs: RefState): Promise<string | undefined> {
    const { bad } = rollForwardIn(context);
    const main = refs[head(context.project.branches.main)]!;
    // Without its tag the commit may not be there at all: then the history says whether it is main's.
    const inMain = refs[`refs/tags/${bad.tag}`]
      ? await git.isAncestor(folder, bad.commit, main)
      : (await git.log(folder, null, main)).some(({ sha }) => sha === bad.commit);
    if (!inMain) return `${bad.tag} is not in it`;
    const form = context.project.version.tag;
    const versions = (await git.tagsReachableFrom(folder, main)).flatMap(({ tag }) => versionOfTag(tag, form) ?? []);
    const later = versions.find((version) => !isPrerelease(version) && compareVersions(version, bad.version) > 0);
    return later === undefined ? undefined : `it has released ${later} since`;
  }

  async function revertOn(
    context: ReleaseContext,
    folder: string,
    { main, commit }: { main: string; commit: string },
  ): Promise<Made> {
    const { time } = context;
    const { bad, good } = rollForwardIn(context);
    const { tree } = await git.commit(folder, commit);
    const message = `Revert ${bad.tag}, back to ${good.tag}`;
    const revert = await revertCommit(deps, folder, { main, bad: bad.commit, tree, also: [commit], message, time });
    const page = await changelogOf(context, folder, main);
    const conflicts = revert.conflicts.filter((path) => path !== page?.path);
    if (conflicts.length > 0) return { commit: await revert.apart(), conflicts };
    const onMain = await revert.onMain(revert.merged);
    if (!page) return { commit: onMain, conflicts };
    const author = SLIPWAY;
    const edited = await git.commitEdits(folder, { parents: [onMain], edits: [page], message, author, time });
    return { commit: await revert.onMain((await git.commit(folder, edited)).tree), conflicts };
  }

  /** main's own changelog keeps the bad version's section: what was published stays told. */
  async function changelogOf(context: ReleaseContext, folder: string, main: string) {
    const { project, time, version } = context;
    const path = project.changelog;
    const bytes = path === null ? undefined : await git.read(folder, main, path);
    if (path === null || bytes === undefined) return undefined;
    const forward = rollForwardIn(context);
    try {
      const { text } = closeChangelog({
        ...{ path, text: exactText(bytes), version, date: new Date(time * 1000).toISOString().slice(0, 10) },
        ...{ package: project.package, tag: tagOf(version, project.version.tag), previousTag: forward.bad.tag },
        ...{ entries: rollForwardEntries(forward), keepUnreleased: true },
      });
      return { path, content: exactBytes(text, bytes) };
    } catch (error) {
      // A page in a form of its own: it is merged as any other file.
      if (error instanceof Problem && error.code === 'changelog-unreadable') return undefined;
      throw error;
    }
  }

  async function offer(
    context: ReleaseContext,
    folder: string,
    { commit, made, refs }: { commit: string; made: Made; refs: RefState },
  ) {
    const { id, project } = context;
    const { bad, good } = rollForwardIn(context);
    const access = await required(deps, project);
    const filter = { head: `revert/v${bad.version}`, base: project.branches.main };
    const found = (await github.pullRequests(access, filter)).find((one) => one.body.includes(marker(id)));
    if (found) return told(found, `#${found.number} is there`, true);
    const ref = head(filter.head);
    const there = refs[ref];
    if (there !== undefined && !(await git.isAncestor(folder, commit, there)))
      throw new Problem('branch-moved', `${filter.head} is at ${there}, which is not this run's: remove it`);
    if (there === undefined)
      await remote.push(await gitAccess(deps, project), folder, [{ ref, expected: null, new: made.commit }]);
    const conflict =
      made.conflicts.length > 0
        ? `It conflicts in ${made.conflicts.join(', ')}: resolve that on \`${filter.head}\`.\n\n`
        : '';
    const pull = await github.createPullRequest(access, {
      ...filter,
      title: `Revert ${bad.tag}, back to ${good.tag}`,
      body: `${bad.tag} is rolled back: what it changed since ${good.tag} is taken back here.\n\n${conflict}${marker(id)}`,
    });
    return told(pull, `opened #${pull.number}${made.conflicts.length > 0 ? ', which conflicts' : ''}`, false);
  }

  function told({ number, url }: PullRequest, summary: string, adopted: boolean) {
    return { pullRequest: { number, url }, summary, adopted, evidence: [{ name: 'pull request', url }] };
  }

  async function push({ project }: ReleaseContext, folder: string, { main, made }: { main: string; made: Made }) {
    const name = project.branches.main;
    if (made.conflicts.length > 0)
      throw new Problem('merge-conflict', `the revert and ${name} conflict in ${made.conflicts.join(', ')}`);
    const access = await gitAccess(deps, project);
    await remote.push(access, folder, [{ ref: head(name), expected: main, new: made.commit }]);
    return { summary: `${name} is at ${made.commit.slice(0, 12)}` };
  }
}

function rollForwardIn({ procedure }: ReleaseContext): RollForward {
  if (procedure.kind === 'roll-forward') return procedure;
  throw new Problem('commit-unexpected', 'only a roll-forward reverts main');
}
