import { readCommitMessage } from '../../domain/commit-message.ts';
import { Problem } from '../../domain/problem.ts';
import { branchFor } from '../../domain/stage-rules.ts';
import { suggestNext } from '../../domain/suggestion.ts';
import { compareVersions, stageOf } from '../../domain/version.ts';
import type { PublishActivities, ReleaseContext, Source } from '../index.ts';
import type { CommitFacts, RefState } from '../ports.ts';
import { bundleOf, repositoryOf } from '../repository.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, head, type PublishDeps } from './deps.ts';
import { sinceLast } from './since-last.ts';

/** Where a run starts from, and the release branch that it moves. */
export function sourceActivities(deps: PublishDeps): Pick<PublishActivities, 'pinSource' | 'ensureBranchPushed'> {
  const { git, remote, workspaces } = deps;

  return {
    async pinSource(context) {
      const { project, version } = context;
      const access = await gitAccess(deps, project);
      const workspace = await workspaces.open();
      try {
        const folder = `${workspace.folder}/source.git`;
        await remote.fetch(access, folder);
        const refs = await git.refs(folder);
        const main = branchIn(refs, project.branches.main);
        const develop = project.branches.develop === null ? null : branchIn(refs, project.branches.develop);
        const releaseBranch = head(branchFor(context));
        const found = refs[releaseBranch] ?? null;
        const base = await pinnedBase(context, folder, { found, start: develop ?? main });
        const { last, commits } = await sinceLast(git, { folder, project, base });
        const suggestion = suggestNext({ last, base: last?.version ?? null, notes: [] }, commits);
        const bundle = await bundleOf(deps, folder, 'source.bundle', { ...heads(refs), 'refs/slipway/base': base });
        const lastCommit = last ? (await git.commit(folder, `refs/tags/${last.tag}`)).sha : null;
        const source: Source = {
          bundle,
          base,
          baseRef: found ? releaseBranch : head(project.branches.develop ?? project.branches.main),
          main,
          develop,
          releaseBranch,
          found,
          last: last && lastCommit ? { ...last, commit: lastCommit } : null,
          commitsSinceLast: commits.length,
          suggestion: { bump: suggestion.bump, version: suggestion.next, reasons: suggestion.reasons.slice(0, 20) },
          belowSuggestion: last !== null && suggestion.next !== null && compareVersions(version, suggestion.next) < 0,
          breaking: commits.some(({ message }) => readCommitMessage(message).breaking !== null),
        };
        return {
          source,
          summary: `${source.baseRef} at ${base.slice(0, 12)}, ${commits.length} commits since ${last?.tag ?? 'the beginning'}`,
        };
      } finally {
        await workspace.dispose();
      }
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

function repository(deps: PublishDeps, source: Source, candidate: { bundle: Source['bundle'] }): Promise<string> {
  return repositoryOf(deps, [source.bundle, candidate.bundle]);
}

function branchIn(refs: RefState, branch: string): string {
  const sha = refs[head(branch)];
  if (sha === undefined) throw new Problem('branch-missing', `the repository has no branch ${branch}`);
  return sha;
}

export function heads(refs: RefState): Record<string, string> {
  return Object.fromEntries(
    Object.entries(refs).filter(([ref]) => /^refs\/(heads|tags)\//.test(ref) && !ref.endsWith('^{}')),
  );
}
