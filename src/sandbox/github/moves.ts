import { ruleOf } from './branch-rules.ts';
import { happened } from './events.ts';
import { NO_OBJECT } from './git/names.ts';
import { isoSeconds, readCommits } from './git/objects.ts';
import { branchHead, history, isAncestor } from './git/refs.ts';
import { tellPull } from './pull-events.ts';
import type { PullRecord } from './record.ts';
import type { Repository } from './repository.ts';
import { commitUrl } from './shapes/commit.ts';
import { repositoryPage } from './shapes/repository.ts';
import { isListenedTo } from './webhooks.ts';
import type { Ctx } from './world.ts';

/** A reference that has moved; undefined where there is none. */
export interface Move {
  name: string;
  from: string | undefined;
  to: string | undefined;
}

/** What follows from moved branches and tags: pull requests move with their branches, and hooks are told. */
export async function followMoves(c: Ctx, moves: readonly Move[]): Promise<void> {
  const { repository, caller } = c.var;
  repository.record.pushedAt = isoSeconds(new Date());
  for (const move of moves) {
    if (isListenedTo(repository, 'push')) happened(c, 'push', null, await pushDetails(c, move));
    if (!move.name.startsWith('refs/heads/')) continue;
    const branch = move.name.slice('refs/heads/'.length);
    for (const issue of repository.pulls().filter((each) => each.state === 'open')) {
      if (issue.pull.base.ref === branch) await followBase(c, issue, move);
      if (issue.state === 'open' && issue.pull.head.ref === branch) {
        await followHead(c, issue, move, caller!.account.login);
      }
    }
  }
}

async function followHead(c: Ctx, issue: PullRecord, { to }: Move, pusher: string): Promise<void> {
  const { repository } = c.var;
  if (to === undefined) return close(c, issue);
  const { pull } = issue;
  const before = pull.head.sha;
  const base = await branchHead(repository.git, pull.base.ref);
  pull.head.sha = to;
  pull.pushedBy = pusher;
  if (base !== undefined) pull.base.sha = base;
  issue.updatedAt = isoSeconds(new Date());
  await repository.git.attempt(['update-ref', `refs/pull/${issue.number}/head`, to]);
  if (ruleOf(repository.record, pull.base.ref)?.dismissStaleReviews) {
    for (const review of pull.reviews) if (review.state === 'APPROVED') review.state = 'DISMISSED';
  }
  await tellPull(c, 'synchronize', issue, { before, after: to });
  if (base !== undefined) await followBase(c, issue, { name: '', from: undefined, to: base });
}

/** A pull request whose commits have come into its base by another way counts as merged. */
async function followBase(c: Ctx, issue: PullRecord, { to }: Move): Promise<void> {
  if (to === undefined) return close(c, issue);
  const { git } = c.var.repository;
  const { head } = issue.pull;
  if (!(await isAncestor(git, head.sha, to))) return;
  const since = await history(git, head.sha, to, ['--first-parent', '--ancestry-path']);
  await markMerged(c, issue, since.at(-1) ?? to);
}

export async function markMerged(c: Ctx, issue: PullRecord, commit: string): Promise<void> {
  const now = isoSeconds(new Date());
  issue.pull.mergedAt = now;
  issue.pull.mergedBy = c.var.caller!.account.login;
  issue.pull.mergeCommit = commit;
  await close(c, issue);
}

export async function close(c: Ctx, issue: PullRecord): Promise<void> {
  const now = isoSeconds(new Date());
  issue.state = 'closed';
  issue.closedAt = now;
  issue.updatedAt = now;
  issue.closedBy = c.var.caller!.account.login;
  await tellPull(c, 'closed', issue);
}

async function pushDetails(c: Ctx, { name, from, to }: Move): Promise<object> {
  const { world, repository, caller } = c.var;
  const { login, email } = caller!.account;
  const commits = to === undefined ? [] : await pushedCommits(repository, name, from, to);
  const shapes = commits.map((commit) => ({
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: commitUrl(world, repository, commit.sha),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: [],
    removed: [],
    modified: [],
  }));
  return {
    ref: name,
    before: from ?? NO_OBJECT,
    after: to ?? NO_OBJECT,
    created: from === undefined,
    deleted: to === undefined,
    forced: from !== undefined && to !== undefined && !(await isAncestor(repository.git, from, to)),
    base_ref: null,
    compare: `${repositoryPage(world, repository)}/compare/${(from ?? NO_OBJECT).slice(0, 12)}...${(to ?? NO_OBJECT).slice(0, 12)}`,
    commits: shapes,
    head_commit: shapes.at(-1) ?? null,
    pusher: { name: login, email },
  };
}

async function pushedCommits({ git }: Repository, name: string, from: string | undefined, to: string) {
  if (name.startsWith('refs/tags/') || from === undefined) {
    const commit = await git.look(`${to}^{commit}`);
    return commit ? readCommits(git, [commit.sha]) : [];
  }
  return readCommits(git, (await history(git, from, to, ['-n', '20'])).reverse());
}
