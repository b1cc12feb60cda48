import { Hono } from 'hono';
import { atLeastAuthor, participates } from '../access.ts';
import { readBody } from '../body.ts';
import { store } from '../change.ts';
import { fileChanges } from '../git/diff.ts';
import { isoSeconds, readCommits } from '../git/objects.ts';
import { branchHead, history } from '../git/refs.ts';
import { mergeabilityOf } from '../mergeability.ts';
import { close } from '../moves.ts';
import { pageOf } from '../paging.ts';
import { tellPull } from '../pull-events.ts';
import { pullFigures, pullRange } from '../pull-figures.ts';
import type { PullRecord } from '../record.ts';
import { invalid, notFound } from '../refusals.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';
import { pullShape, pullUrl, wholePullShape } from '../shapes/pull.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { createPull, custom } from './new-pull.ts';

const AT_PULLS = '/repos/:owner/:repo/pulls';

export function pullRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT_PULLS, (c) => {
      const { world, repository } = c.var;
      const page = pageOf(c, wanted(c), `${repositoryUrl(world, repository)}/pulls`);
      return c.json(page.map((issue) => pullShape(world, repository, issue, null)));
    })
    .post(AT_PULLS, participates, createPull)
    .get(`${AT_PULLS}/:number`, async (c) => c.json(await whole(c, namedPull(c))))
    .patch(`${AT_PULLS}/:number`, participates, update)
    .get(`${AT_PULLS}/:number/files`, async (c) => {
      const { world, repository } = c.var;
      const issue = namedPull(c);
      const { from, to } = await pullRange(repository, issue);
      const files = await fileChanges(repository.git, from, to);
      const page = pageOf(c, files, `${pullUrl(world, repository, issue.number)}/files`);
      return c.json(page.map((file) => fileShape(world, repository, file, to)));
    })
    .get(`${AT_PULLS}/:number/commits`, async (c) => {
      const { world, repository } = c.var;
      const issue = namedPull(c);
      const { from, to } = await pullRange(repository, issue);
      const shas = (await history(repository.git, from, to)).reverse();
      const page = pageOf(c, shas, `${pullUrl(world, repository, issue.number)}/commits`);
      const commits = await readCommits(repository.git, page);
      return c.json(commits.map((commit) => commitShape(world, repository, commit)));
    });
}

export function namedPull(c: Ctx): PullRecord {
  const issue = c.var.repository.pull(Number(c.req.param('number')));
  if (!issue) throw notFound();
  return issue;
}

export async function whole(c: Ctx, issue: PullRecord) {
  const { world, repository } = c.var;
  const mergeability = await mergeabilityOf(world, repository, issue);
  return wholePullShape(world, repository, issue, await pullFigures(repository, issue, mergeability));
}

function wanted(c: Ctx): PullRecord[] {
  const { repository } = c.var;
  const { state = 'open', head, base, sort = 'created', direction } = c.req.query();
  const pulls = repository.pulls().filter((issue) => {
    const label = `${repository.record.owner}:${issue.pull.head.ref}`.toLowerCase();
    return (
      (state === 'all' || issue.state === state) &&
      (head === undefined || !head.includes(':') || label === head.toLowerCase()) && // without an owner GitHub ignores it
      (base === undefined || issue.pull.base.ref === base)
    );
  });
  const key = (issue: PullRecord) => (sort === 'updated' ? issue.updatedAt : String(issue.number).padStart(9, '0'));
  pulls.sort((a, b) => key(a).localeCompare(key(b)) || a.number - b.number);
  return (direction ?? (sort === 'created' ? 'desc' : 'asc')) === 'desc' ? pulls.reverse() : pulls;
}

async function update(c: Ctx): Promise<Response> {
  const { repository } = c.var;
  const body = await readBody(c);
  const issue = namedPull(c);
  atLeastAuthor(c, issue);
  const wanted = {
    title: body.maybeText('title') ?? issue.title,
    body: body.nullableText('body') === undefined ? issue.body : body.nullableText('body')!,
    state: body.choice('state', ['open', 'closed']) ?? issue.state,
    base: body.maybeText('base') ?? issue.pull.base.ref,
  };
  const same = wanted.title === issue.title && wanted.body === issue.body && wanted.state === issue.state;
  if (same && wanted.base === issue.pull.base.ref) return c.json(await whole(c, issue));
  await store(c, { action: 'update-pull-request', target: `${repository.fullName}#${issue.number}` }, async () => {
    if (wanted.state === 'open' && issue.state === 'closed') await mayReopen(c, issue);
    const base = await branchHead(repository.git, wanted.base);
    if (base === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
    return () => {
      Object.assign(issue, { title: wanted.title, body: wanted.body, updatedAt: isoSeconds(new Date()) });
      if (wanted.base !== issue.pull.base.ref) issue.pull.base = { ref: wanted.base, sha: base };
      if (wanted.state === issue.state) return tellPull(c, 'edited', issue, { changes: {} });
      if (wanted.state === 'closed') return close(c, issue);
      Object.assign(issue, { state: 'open', closedAt: null, closedBy: null });
      return tellPull(c, 'reopened', issue);
    };
  });
  return c.json(await whole(c, issue));
}

async function mayReopen({ var: { repository } }: Ctx, { pull }: PullRecord): Promise<void> {
  if (pull.mergedAt !== null) throw invalid(custom('Cannot reopen a merged pull request.'));
  const head = await branchHead(repository.git, pull.head.ref);
  if (head === undefined) throw invalid(custom('state cannot be changed. The head branch was deleted.'));
  const taken = repository
    .pulls()
    .some(
      (other) =>
        other.state === 'open' && other.pull.head.ref === pull.head.ref && other.pull.base.ref === pull.base.ref,
    );
  if (taken)
    throw invalid(custom(`state cannot be changed. There is already an open pull request from ${pull.head.ref}.`));
  pull.head.sha = head;
}
