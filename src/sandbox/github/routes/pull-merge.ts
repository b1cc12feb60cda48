import { Hono } from 'hono';
import { needs } from '../access.ts';
import { readBody } from '../body.ts';
import { ruleOf } from '../branch-rules.ts';
import { store } from '../change.ts';
import { mergedTree, rebased, WEB_FLOW, writeCommit } from '../git/merge.ts';
import { isoSeconds, readCommits } from '../git/objects.ts';
import { branchHead, history, mergeBase, moveRef } from '../git/refs.ts';
import { mergeabilityOf } from '../mergeability.ts';
import { followMoves, type Move, markMerged } from '../moves.ts';
import type { MergeMethod, PullRecord } from '../record.ts';
import { notFound, refuse } from '../refusals.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { namedPull } from './pulls.ts';

const AT_MERGE = '/repos/:owner/:repo/pulls/:number/merge';
const NAMES = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' };

export function pullMergeRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT_MERGE, (c) => {
      if (namedPull(c).pull.mergedAt === null) throw notFound();
      return c.body(null, 204);
    })
    .put(AT_MERGE, needs('write'), async (c) => {
      const { repository } = c.var;
      const body = await readBody(c);
      const issue = namedPull(c);
      const wish = {
        method: body.choice('merge_method', ['merge', 'squash', 'rebase']) ?? 'merge',
        sha: body.maybeText('sha'),
        title: body.maybeText('commit_title'),
        message: body.maybeText('commit_message'),
      };
      const target = `${repository.fullName}#${issue.number}`;
      const sha = await store(c, { action: 'merge-pull-request', target }, async () => {
        await refuseMerge(c, issue, wish.method, wish.sha);
        return async (change) => {
          change.digest = await merge(c, issue, wish);
          return change.digest;
        };
      });
      return c.json({ sha, merged: true, message: 'Pull Request successfully merged' });
    });
}

interface Wish {
  method: MergeMethod;
  title: string | undefined;
  message: string | undefined;
}

async function refuseMerge(c: Ctx, issue: PullRecord, method: MergeMethod, sha: string | undefined): Promise<void> {
  const { world, repository } = c.var;
  const { record } = repository;
  const unmergeable = refuse(405, 'Pull Request is not mergeable');
  if (issue.state === 'closed') throw unmergeable;
  if (sha !== undefined && sha !== issue.pull.head.sha) {
    throw refuse(409, 'Head branch was modified. Review and try the merge again.');
  }
  if (issue.pull.draft) throw refuse(405, 'Pull Request is still a draft');
  const rule = ruleOf(record, issue.pull.base.ref);
  if (!record.mergeMethods.includes(method) || (rule && !rule.mergeMethods.includes(method))) {
    throw refuse(405, `${NAMES[method]} are not allowed on this repository.`);
  }
  const { mergeable, refusal } = await mergeabilityOf(world, repository, issue);
  if (!mergeable) throw unmergeable;
  if (refusal !== undefined) {
    throw refuse(405, rule?.kind === 'ruleset' ? `Repository rule violations found\n\n${refusal}\n\n` : refusal);
  }
}

async function merge(c: Ctx, issue: PullRecord, wish: Wish): Promise<string> {
  const { repository } = c.var;
  const name = `refs/heads/${issue.pull.base.ref}`;
  const from = (await branchHead(repository.git, issue.pull.base.ref))!;
  const to = await mergedCommit(c, issue, wish, from);
  if (to === undefined || !(await moveRef(repository.git, name, { from, to }))) {
    throw refuse(405, 'Base branch was modified. Review and try the merge again.');
  }
  issue.pull.base.sha = from;
  await markMerged(c, issue, to);
  const moves: Move[] = [{ name, from, to }];
  const head = `refs/heads/${issue.pull.head.ref}`;
  if (repository.record.deleteBranchOnMerge) {
    const gone = { name: head, from: issue.pull.head.sha, to: undefined };
    if (await moveRef(repository.git, head, gone)) moves.push(gone);
  }
  await followMoves(c, moves);
  return to;
}

async function mergedCommit(c: Ctx, issue: PullRecord, wish: Wish, base: string): Promise<string | undefined> {
  const { world, repository, caller } = c.var;
  const { git, record } = repository;
  const { head } = issue.pull;
  const date = isoSeconds(new Date());
  const committer = { ...WEB_FLOW, date };
  if (wish.method === 'rebase') {
    const since = (await mergeBase(git, base, head.sha)) ?? base;
    const { name, email } = caller!.account;
    return rebased(git, { onto: base, base: since, head: head.sha, committer: { name, email, date } });
  }
  const tree = await mergedTree(git, base, head.sha);
  if (tree === undefined) return undefined;
  const squash = wish.method === 'squash';
  const { name, email } = squash ? world.people.account(issue.author) : caller!.account;
  const [title, message] = squash
    ? [`${issue.title} (#${issue.number})`, await squashedMessages(c, issue, base)]
    : [`Merge pull request #${issue.number} from ${record.owner}/${head.ref}`, issue.title];
  return writeCommit(git, {
    tree,
    parents: squash ? [base] : [base, head.sha],
    message: [wish.title ?? title, wish.message ?? message].filter((part) => part !== '').join('\n\n'),
    author: { name, email, date },
    committer,
  });
}

async function squashedMessages(c: Ctx, { pull }: PullRecord, base: string): Promise<string> {
  const { git } = c.var.repository;
  const commits = await readCommits(git, (await history(git, base, pull.head.sha, ['--no-merges'])).reverse());
  const [only] = commits;
  if (commits.length === 1) return only!.message.split('\n').slice(2).join('\n');
  return commits.map((commit) => `* ${commit.message}`).join('\n\n');
}
