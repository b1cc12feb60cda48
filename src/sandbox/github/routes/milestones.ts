import { Hono } from 'hono';
import { needs } from '../access.ts';
import { type Body, readBody } from '../body.ts';
import { store } from '../change.ts';
import { isoSeconds } from '../git/objects.ts';
import { pageOf } from '../paging.ts';
import type { MilestoneRecord } from '../record.ts';
import { invalid, notFound } from '../refusals.ts';
import { milestoneShape } from '../shapes/milestone.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_MILESTONES = '/repos/:owner/:repo/milestones';

export function milestoneRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT_MILESTONES, (c) => {
      const { world, repository } = c.var;
      const page = pageOf(c, wanted(c), `${repositoryUrl(world, repository)}/milestones`);
      return c.json(page.map((milestone) => milestoneShape(world, repository, milestone)));
    })
    .post(AT_MILESTONES, needs('write'), async (c) => {
      const { world, repository, caller } = c.var;
      const body = await readBody(c);
      const title = body.text('title');
      const milestone = await store(c, what(c, 'create-milestone', title), () => {
        refuseTaken(c, title);
        const due = dueOn(body) ?? null;
        return () => {
          const now = isoSeconds(new Date());
          const state = body.choice('state', ['open', 'closed']) ?? 'open';
          const milestone: MilestoneRecord = {
            id: repository.newId(),
            number: Math.max(0, ...repository.record.milestones.map((each) => each.number)) + 1,
            title,
            description: body.maybeText('description') ?? null,
            state,
            creator: caller!.account.login,
            createdAt: now,
            updatedAt: now,
            closedAt: state === 'closed' ? now : null,
            dueOn: due,
          };
          repository.record.milestones.push(milestone);
          return milestone;
        };
      });
      return c.json(milestoneShape(world, repository, milestone), 201);
    })
    .get(`${AT_MILESTONES}/:milestone`, (c) => c.json(milestoneShape(c.var.world, c.var.repository, namedMilestone(c))))
    .patch(`${AT_MILESTONES}/:milestone`, needs('write'), update)
    .delete(`${AT_MILESTONES}/:milestone`, needs('write'), async (c) => {
      const { record } = c.var.repository;
      const milestone = namedMilestone(c);
      await store(c, what(c, 'delete-milestone', milestone.title), () => () => {
        record.milestones = record.milestones.filter((each) => each !== milestone);
        for (const issue of record.issues) if (issue.milestone === milestone.number) issue.milestone = null;
      });
      return c.body(null, 204);
    });
}

async function update(c: Ctx): Promise<Response> {
  const { world, repository } = c.var;
  const body = await readBody(c);
  const milestone = namedMilestone(c);
  const due = dueOn(body);
  const description = body.nullableText('description');
  const now = isoSeconds(new Date());
  const state = body.choice('state', ['open', 'closed']) ?? milestone.state;
  const changed: Partial<MilestoneRecord> = {
    title: body.maybeText('title') ?? milestone.title,
    state,
    ...(description === undefined ? {} : { description }),
    ...(due === undefined ? {} : { dueOn: due }),
  };
  const same = Object.entries(changed).every(([key, value]) => milestone[key as keyof MilestoneRecord] === value);
  if (!same) {
    await store(c, what(c, 'update-milestone', milestone.title), () => {
      refuseTaken(c, changed.title!, milestone);
      const closedAt = state === 'open' ? null : (milestone.closedAt ?? now);
      return () => void Object.assign(milestone, changed, { closedAt, updatedAt: now });
    });
  }
  return c.json(milestoneShape(world, repository, milestone));
}

function wanted(c: Ctx): MilestoneRecord[] {
  const { state = 'open', sort = 'due_on', direction = 'asc' } = c.req.query();
  const milestones = c.var.repository.record.milestones.filter((each) => state === 'all' || each.state === state);
  // Without a day it is due after all others.
  if (sort === 'due_on') milestones.sort((a, b) => (a.dueOn ?? '9999').localeCompare(b.dueOn ?? '9999'));
  return direction === 'desc' ? milestones.reverse() : milestones;
}

function namedMilestone(c: Ctx): MilestoneRecord {
  const number = Number(c.req.param('milestone'));
  const milestone = c.var.repository.record.milestones.find((each) => each.number === number);
  if (!milestone) throw notFound();
  return milestone;
}

function what(c: Ctx, action: string, title: string) {
  return { action, target: `${c.var.repository.fullName} ${title}` };
}

function refuseTaken(c: Ctx, title: string, self?: MilestoneRecord): void {
  const taken = c.var.repository.record.milestones.some((each) => each !== self && each.title === title);
  if (taken) throw invalid({ resource: 'Milestone', field: 'title', code: 'already_exists' });
}

/** GitHub keeps the day alone, by the clock of its own coast: seven or eight in the morning UTC is where a day begins. */
function dueOn(body: Body): string | null | undefined {
  const text = body.nullableText('due_on');
  if (text === undefined || text === null) return text;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw invalid({ resource: 'Milestone', field: 'due_on', code: 'invalid' });
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' }).format(time);
  const hours = [7, 8].find((hour) => coastalHour(new Date(`${day}T0${hour}:00:00Z`)) === '00') ?? 8;
  return `${day}T0${hours}:00:00Z`;
}

function coastalHour(time: Date): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'America/Los_Angeles',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  return format.format(time);
}
