import { Hono } from 'hono';
import { atLeastAuthor, needs, participates, rightsOf } from '../access.ts';
import { type Body, readBody } from '../body.ts';
import { store } from '../change.ts';
import { happened } from '../events.ts';
import { isoSeconds } from '../git/objects.ts';
import { pageOf } from '../paging.ts';
import { atLeast } from '../people.ts';
import type { IssueRecord } from '../record.ts';
import { invalid, notFound } from '../refusals.ts';
import { issueShape, wholeIssueShape } from '../shapes/issue.ts';
import { labelShapes } from '../shapes/label.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { settledLabels } from './labels.ts';

const AT_ISSUES = '/repos/:owner/:repo/issues';

export function issueRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT_ISSUES, (c) => {
      const { world, repository } = c.var;
      const page = pageOf(c, wanted(c), `${repositoryUrl(world, repository)}/issues`);
      return c.json(page.map((issue) => issueShape(world, repository, issue)));
    })
    .post(AT_ISSUES, participates, create)
    .get(`${AT_ISSUES}/:number`, (c) => c.json(wholeIssueShape(c.var.world, c.var.repository, namedIssue(c))))
    .patch(`${AT_ISSUES}/:number`, participates, update)
    .get(`${AT_ISSUES}/:number/labels`, (c) => {
      const { world, repository } = c.var;
      const issue = namedIssue(c);
      const labels = labelShapes(world, repository, issue.labels);
      return c.json(pageOf(c, labels, `${repositoryUrl(world, repository)}/issues/${issue.number}/labels`));
    })
    .post(`${AT_ISSUES}/:number/labels`, needs('write'), (c) => relabel(c, (now, asked) => [...now, ...asked]))
    .put(`${AT_ISSUES}/:number/labels`, needs('write'), (c) => relabel(c, (_, asked) => asked))
    .delete(`${AT_ISSUES}/:number/labels`, needs('write'), async (c) => {
      await relabel(c, () => []);
      return c.body(null, 204);
    })
    .delete(`${AT_ISSUES}/:number/labels/:label`, needs('write'), (c) => {
      const name = c.req.param('label');
      if (!namedIssue(c).labels.includes(name)) throw notFound();
      return relabel(c, (now) => now.filter((each) => each !== name));
    });
}

export function namedIssue(c: Ctx): IssueRecord {
  const number = Number(c.req.param('number'));
  const issue = c.var.repository.record.issues.find((each) => each.number === number);
  if (!issue) throw notFound();
  return issue;
}

function wanted(c: Ctx): IssueRecord[] {
  const { state = 'open', labels, milestone, creator, since, sort = 'created', direction = 'desc' } = c.req.query();
  const { record } = c.var.repository;
  const issues = record.issues.filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      (labels === undefined || labels.split(',').every((label) => issue.labels.includes(label))) &&
      (milestone === undefined || matchesMilestone(issue, milestone)) &&
      (creator === undefined || issue.author.toLowerCase() === creator.toLowerCase()) &&
      (since === undefined || Date.parse(issue.updatedAt) >= Date.parse(since)),
  );
  if (sort === 'updated') issues.sort((a, b) => a.updatedAt.localeCompare(b.updatedAt) || a.number - b.number);
  if (sort === 'comments') issues.sort((a, b) => a.comments.length - b.comments.length || a.number - b.number);
  return direction === 'desc' ? issues.reverse() : issues;
}

function matchesMilestone({ milestone }: IssueRecord, asked: string): boolean {
  if (asked === 'none') return milestone === null;
  return asked === '*' ? milestone !== null : milestone === Number(asked);
}

async function create(c: Ctx): Promise<Response> {
  const { world, repository, caller } = c.var;
  const body = await readBody(c);
  const title = body.text('title');
  const target = `${repository.fullName}#${repository.record.nextNumber}`;
  const issue = await store(c, { action: 'create-issue', target }, () => {
    const details = triage(c, body);
    return (change) => {
      const now = isoSeconds(new Date());
      const issue: IssueRecord = {
        id: repository.newId(),
        number: repository.newNumber(),
        title,
        body: body.maybeText('body') ?? null,
        state: 'open',
        stateReason: null,
        author: caller!.account.login,
        labels: settledLabels(repository, details.labels ?? []),
        milestone: details.milestone ?? null,
        assignees: details.assignees ?? [],
        comments: [],
        createdAt: now,
        updatedAt: now,
        closedAt: null,
        closedBy: null,
        pull: null,
      };
      change.target = `${repository.fullName}#${issue.number}`;
      repository.record.issues.push(issue);
      tell(c, 'opened', issue);
      return issue;
    };
  });
  const shape = wholeIssueShape(world, repository, issue);
  return c.json(shape, 201, { location: shape.url });
}

async function update(c: Ctx): Promise<Response> {
  const { world, repository, caller } = c.var;
  const body = await readBody(c);
  const issue = namedIssue(c);
  atLeastAuthor(c, issue);
  const details = triage(c, body);
  const text = body.nullableText('body');
  const state = body.choice('state', ['open', 'closed']) ?? issue.state;
  const reason = body.choice('state_reason', ['completed', 'not_planned', 'duplicate', 'reopened']);
  const changed: Partial<IssueRecord> = {
    title: body.maybeText('title') ?? issue.title,
    state,
    ...(text === undefined ? {} : { body: text }),
    ...(details.milestone === undefined ? {} : { milestone: details.milestone }),
    ...(details.assignees ? { assignees: details.assignees } : {}),
    ...(details.labels ? { labels: details.labels } : {}),
  };
  const same = Object.entries(changed).every(
    ([key, value]) => JSON.stringify(issue[key as keyof IssueRecord]) === JSON.stringify(value),
  );
  if (!same) {
    await store(c, { action: 'update-issue', target: `${repository.fullName}#${issue.number}` }, () => () => {
      const now = isoSeconds(new Date());
      const turned = state !== issue.state;
      Object.assign(issue, changed, { updatedAt: now });
      if (details.labels) issue.labels = settledLabels(repository, details.labels);
      if (!turned) return tell(c, 'edited', issue);
      const closed = state === 'closed';
      Object.assign(issue, { closedAt: closed ? now : null, closedBy: closed ? caller!.account.login : null });
      issue.stateReason = reason ?? (closed ? 'completed' : 'reopened');
      tell(c, closed ? 'closed' : 'reopened', issue);
    });
  }
  return c.json(wholeIssueShape(world, repository, issue));
}

/** Labels, milestone and assignees: left out silently, as on GitHub, for those who may not push. */
function triage(c: Ctx, body: Body): { labels?: string[]; milestone?: number | null; assignees?: string[] } {
  const { world, repository, caller } = c.var;
  if (!atLeast(rightsOf(world, repository, caller), 'write')) return {};
  const labels = body.texts('labels');
  const assignees = body.texts('assignees');
  const milestone = body.isNull('milestone') ? null : body.maybeNumber('milestone');
  if (typeof milestone === 'number' && !repository.record.milestones.some((each) => each.number === milestone)) {
    throw invalid({ resource: 'Issue', field: 'milestone', code: 'invalid', value: String(milestone) });
  }
  const stranger = assignees?.find((login) => !world.people.find(login));
  if (stranger !== undefined)
    throw invalid({ resource: 'Issue', field: 'assignees', code: 'invalid', value: stranger });
  return {
    ...(labels ? { labels } : {}),
    ...(assignees ? { assignees } : {}),
    ...(milestone === undefined ? {} : { milestone }),
  };
}

async function relabel(c: Ctx, change: (now: string[], asked: string[]) => string[]): Promise<Response> {
  const { world, repository } = c.var;
  const issue = namedIssue(c);
  const asked = c.req.method === 'DELETE' ? [] : ((await readBody(c)).texts('labels') ?? []);
  const wanted = change(issue.labels, asked);
  if (wanted.some((name) => !issue.labels.includes(name)) || wanted.length !== issue.labels.length) {
    await store(c, { action: 'label-issue', target: `${repository.fullName}#${issue.number}` }, () => () => {
      issue.labels = settledLabels(repository, change(issue.labels, asked));
      issue.updatedAt = isoSeconds(new Date());
      tell(c, 'labeled', issue);
    });
  }
  return c.json(labelShapes(world, repository, issue.labels));
}

function tell(c: Ctx, action: string, issue: IssueRecord): void {
  if (issue.pull) return;
  happened(c, 'issues', action, { issue: issueShape(c.var.world, c.var.repository, issue) });
}
