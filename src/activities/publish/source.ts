import { readCommitMessage } from '../../domain/commit-message.ts';
import { Problem } from '../../domain/problem.ts';
import type { Tagged } from '../../domain/run/request.ts';
import { branchFor } from '../../domain/stage-rules.ts';
import { suggestNext } from '../../domain/suggestion.ts';
import { compareVersions, stageOf } from '../../domain/version.ts';
import type { PublishActivities, ReleaseContext, Source } from '../index.ts';
import type { CommitFacts, RefState } from '../ports.ts';
import { bundleOf, repositoryOf } from '../repository.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, head, inClone, type PublishDeps } from './deps.ts';
import { sinceLast } from './since-last.ts';

/** Where a run starts from, and the release branch that it moves. */
export function sourceActivities(deps: PublishDeps): Pick<PublishActivities, 'pinSource' | 'ensureBranchPushed'> {
  const { git, remote } = deps;

  return {
    pinSource(context) {
      const { branches } = context.project;
      return inClone(deps, context.project, async (folder) => {
        const refs = await git.refs(folder);
        const releaseBranch = head(branchFor(context));
        const found = refs[releaseBranch] ?? null;
        const forward = context.procedure.kind === 'roll-forward' ? context.procedure : null;
        const start = branchIn(refs, branches.develop ?? branches.main);
        const base = forward ? forward.good.commit : await pinnedBase(context, folder, { found, start });
        const baseRef = found ? releaseBranch : head(branches.develop ?? branches.main);
        const source = await sourceAt(deps, context, {
          ...{ folder, base, found },
          last: forward?.good,
          // A roll-forward starts from the last good release, whatever came since.
          baseRef: forward ? `refs/tags/${forward.good.tag}` : baseRef,
        });
        const since = `${source.commitsSinceLast} commits since ${source.last?.tag ?? 'the beginning'}`;
        return { source, summary: `${source.baseRef} at ${base.slice(0, 12)}, ${since}` };
      });
    },

    async ensureBranchPushed({ project, source, candidate, expected, changed, message, time }) {
      const access = await gitAccess(deps, project);
      const ref = source.releaseBranch;
      const there = (await remote.refs(access, [ref]))[ref];
      if (there === candidate.commit)
        return { summary: `${ref} is at ${candidate.commit.slice(0, 12)} already`, adopted: true };
      const folder = await repository(deps, source, candidate);
      const commit = await git.commit(folder, candidate.commit);
      await checkCommit(folder, commit, { parent: source.base, changed, message, time });
      await remote.push(access, folder, [{ ref, expected, new: candidate.commit }]);
      return { summary: `${ref} is at ${candidate.commit.slice(0, 12)}` };
    },
  };

  /** A release branch of an earlier stage is gone on with; alpha and beta take in develop anew, rc and stable do not. */
  async function pinnedBase(
    context: ReleaseContext,
    folder: string,
    { found, start }: { found: string | null; start: string },
  ): Promise<string> {
    const takesIn = ['alpha', 'beta'].includes(stageOf(context.version));
    if (found === null) return start;
    if (!takesIn || (await git.isAncestor(folder, start, found))) return found;
    const { tree, conflicts } = await git.mergeTree(folder, found, start);
    if (conflicts.length > 0) {
      const branch = branchFor(context);
      throw new Problem(
        'merge-conflict',
        `${branch} and what came since conflict in ${conflicts.join(', ')}: merge it into ${branch} by hand`,
      );
    }
    const message = `Take in ${context.project.branches.develop ?? context.project.branches.main}`;
    return git.commitTree(folder, tree, { parents: [found, start], message, author: SLIPWAY, time: context.time });
  }

  /** What another process made is pushed only when it is what this run asked for. */
  async function checkCommit(
    folder: string,
    commit: CommitFacts,
    wanted: { parent: string; changed: readonly string[]; message: string; time: number },
  ): Promise<void> {
    const paths = await git.changedPaths(folder, wanted.parent, commit.sha);
    const faults = [
      ...(commit.parents.join() === wanted.parent
        ? []
        : [`its parent is ${commit.parents.join(', ')}, not ${wanted.parent}`]),
      ...(commit.message.trim() === wanted.message ? [] : [`its message is "${commit.message.trim()}"`]),
      ...(commit.author.name === SLIPWAY.name && commit.author.email === SLIPWAY.email
        ? []
        : [`its author is ${commit.author.name}`]),
      ...(commit.authorTime === wanted.time && commit.time === wanted.time
        ? []
        : [`its date is ${commit.time}, not ${wanted.time}`]),
      ...paths
        .filter((path) => !wanted.changed.includes(path))
        .map((path) => `it changes ${path}, which no step edited`),
    ];
    if (faults.length > 0)
      throw new Problem('commit-unexpected', `${commit.sha} is not what the run made: ${faults.join('; ')}`, {
        faults,
      });
  }
}

interface Pinned {
  /** A repository with everything that the remote has. */
  readonly folder: string;
  readonly base: string;
  readonly baseRef: string;
  /** What the run's branch pointed at when the run found it. */
  readonly found: string | null;
  /** The base is this very release, and nothing came since. */
  readonly last?: Tagged | undefined;
}

/** What a run starts from, kept as a bundle with what is known of the commits since the last version. */
export async function sourceAt(
  deps: PublishDeps,
  context: ReleaseContext,
  { folder, base, baseRef, found, last: itself }: Pinned,
): Promise<Source> {
  const { git } = deps;
  const { project, version } = context;
  const refs = await git.refs(folder);
  const { last, commits } = itself
    ? { last: { version: itself.version, tag: itself.tag }, commits: [] }
    : await sinceLast(git, { folder, project, base });
  const suggestion = suggestNext({ last, base: last?.version ?? null, notes: [] }, commits);
  const bundle = await bundleOf(deps, folder, 'source.bundle', { ...heads(refs), 'refs/slipway/base': base });
  const lastCommit = last ? (await git.commit(folder, `refs/tags/${last.tag}`)).sha : null;
  return {
    bundle,
    base,
    baseRef,
    main: branchIn(refs, project.branches.main),
    develop: project.branches.develop === null ? null : branchIn(refs, project.branches.develop),
    releaseBranch: head(branchFor(context)),
    found,
    last: last && lastCommit ? { ...last, commit: lastCommit } : null,
    commitsSinceLast: commits.length,
    suggestion: { bump: suggestion.bump, version: suggestion.next, reasons: suggestion.reasons.slice(0, 20) },
    belowSuggestion: last !== null && suggestion.next !== null && compareVersions(version, suggestion.next) < 0,
    breaking: commits.some(({ message }) => readCommitMessage(message).breaking !== null),
  };
}

function repository(deps: PublishDeps, source: Source, candidate: { bundle: Source['bundle'] }): Promise<string> {
  return repositoryOf(deps, [source.bundle, candidate.bundle]);
}

export function branchIn(refs: RefState, branch: string): string {
  const sha = refs[head(branch)];
  if (sha === undefined) throw new Problem('branch-missing', `the repository has no branch ${branch}`);
  return sha;
}

export function heads(refs: RefState): Record<string, string> {
  return Object.fromEntries(
    Object.entries(refs).filter(([ref]) => /^refs\/(heads|tags)\//.test(ref) && !ref.endsWith('^{}')),
  );
}

export function tagNames(refs: RefState): string[] {
  return [...new Set(Object.keys(refs).flatMap((ref) => /^refs\/tags\/(.+?)(?:\^\{\})?$/.exec(ref)?.[1] ?? []))];
}
