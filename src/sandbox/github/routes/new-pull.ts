import { type Body, readBody } from '../body.ts';
import { store } from '../change.ts';
import { isoSeconds } from '../git/objects.ts';
import { branchHead, history } from '../git/refs.ts';
import { tellPull } from '../pull-events.ts';
import { NOT_YET, pullFigures } from '../pull-figures.ts';
import type { PullRecord } from '../record.ts';
import { invalid } from '../refusals.ts';
import { wholePullShape } from '../shapes/pull.ts';
import type { Ctx } from '../world.ts';

/** Opens a pull request; whether it can be merged is worked out later. */
export async function createPull(c: Ctx): Promise<Response> {
  const { world, repository } = c.var;
  const body = await readBody(c);
  const target = `${repository.fullName}#${repository.record.nextNumber}`;
  const issue = await store(c, { action: 'create-pull-request', target }, async () => {
    const ends = await proposedEnds(c, body);
    const title = body.text('title');
    return async (change) => {
      const issue = newPull(c, ends, title, body);
      change.target = `${repository.fullName}#${issue.number}`;
      await repository.git.attempt(['update-ref', `refs/pull/${issue.number}/head`, issue.pull.head.sha]);
      repository.record.issues.push(issue);
      await tellPull(c, 'opened', issue);
      return issue;
    };
  });
  const shape = wholePullShape(world, repository, issue, await pullFigures(repository, issue, NOT_YET));
  return c.json(shape, 201, { location: shape.url });
}

interface Ends {
  head: { ref: string; sha: string };
  base: { ref: string; sha: string };
}

async function proposedEnds(c: Ctx, body: Body): Promise<Ends> {
  const { repository } = c.var;
  const { owner } = repository.record;
  const [ref, whose = owner] = body.text('head').split(':').reverse() as [string, string?];
  const base = body.text('base');
  const headSha = whose.toLowerCase() === owner.toLowerCase() ? await branchHead(repository.git, ref) : undefined;
  const baseSha = await branchHead(repository.git, base);
  if (headSha === undefined) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (baseSha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  const open = repository.pulls().filter((issue) => issue.state === 'open');
  if (open.some(({ pull }) => pull.head.ref === ref && pull.base.ref === base)) {
    throw invalid(custom(`A pull request already exists for ${owner}:${ref}.`));
  }
  if ((await history(repository.git, baseSha, headSha, ['-n', '1'])).length === 0) {
    throw invalid(custom(`No commits between ${base} and ${ref}`));
  }
  return { head: { ref, sha: headSha }, base: { ref: base, sha: baseSha } };
}

function newPull(c: Ctx, { head, base }: Ends, title: string, body: Body): PullRecord {
  const { repository, caller } = c.var;
  const now = isoSeconds(new Date());
  const { login } = caller!.account;
  return {
    id: repository.newId(),
    number: repository.newNumber(),
    title,
    body: body.maybeText('body') ?? null,
    state: 'open',
    stateReason: null,
    author: login,
    labels: [],
    milestone: null,
    assignees: [],
    comments: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    pull: {
      id: repository.newId(),
      head,
      base,
      draft: body.flag('draft') ?? false,
      pushedBy: login,
      reviews: [],
      reviewers: [],
      mergedAt: null,
      mergedBy: null,
      mergeCommit: null,
    },
  };
}

export function custom(message: string) {
  return { resource: 'PullRequest', code: 'custom' as const, message };
}
