import { type Context, Hono } from 'hono';
import type { CadenceName } from '../domain/calendar.ts';
import { usualAlarm } from '../domain/calendar.ts';
import { noteOf } from '../domain/schedule-note.ts';
import type { ScheduleView } from './answers/schedule-answer.ts';
import { note } from './audit.ts';
import { allow, type Caller } from './authentication.ts';
import type { ApiDeps } from './deps.ts';
import { RequestProblem } from './problems.ts';
import { knownProject } from './projects.ts';
import { readBody } from './requests.ts';
import { type ScheduleRequestBody, scheduleName, scheduleRequest } from './schedule-request.ts';
import { schedulesOf, viewFor } from './schedule-views.ts';
import type { ScheduleKey } from './schedules-port.ts';
import { controlRequest } from './signal-requests.ts';

const ONE = '/v1/projects/:project/schedules/:name';

/** What the calendar of a project asks for: seen by all, changed, paused and resumed by whoever may. */
export function scheduleRoutes(deps: ApiDeps) {
  const { directory, schedules } = deps;
  return new Hono<Caller>()
    .get('/v1/schedules', async (c) => {
      await allow(directory, c.var.person, { act: 'look' });
      const names = await directory.projects();
      const all = await Promise.all(names.map((project) => schedulesOf(schedules, project)));
      return c.json({ schedules: all.flat() });
    })
    .get('/v1/projects/:project/schedules', async (c) => {
      const project = c.req.param('project');
      await allow(directory, c.var.person, { act: 'look', project });
      await knownProject(deps, project);
      return c.json({ schedules: await schedulesOf(schedules, project) });
    })
    .put(ONE, async (c) => {
      const key = keyOf(c.req.param());
      const body = await readBody(c, scheduleRequest);
      return c.json(await tellSchedule(c, deps, { key, what: 'change', body }));
    })
    .post(`${ONE}/pause`, async (c) => {
      const told = { key: keyOf(c.req.param()), what: 'pause', body: await readBody(c, controlRequest) } as const;
      return c.json(await tellSchedule(c, deps, told));
    })
    .post(`${ONE}/resume`, async (c) => {
      const told = { key: keyOf(c.req.param()), what: 'resume', body: await readBody(c, controlRequest) } as const;
      return c.json(await tellSchedule(c, deps, told));
    });
}

export type ToldSchedule = { readonly key: ScheduleKey } & (
  | { readonly what: 'change'; readonly body: ScheduleRequestBody }
  | { readonly what: 'pause' | 'resume'; readonly body: { readonly reason: string } }
);

/** What a person makes of a schedule, by the API or a page. */
export async function tellSchedule(c: Context<Caller>, deps: ApiDeps, told: ToldSchedule): Promise<ScheduleView> {
  const { directory, schedules, now = () => new Date() } = deps;
  const { key, what, body } = told;
  const { project, name } = key;
  note(c, { what: `${what}-schedule`, project, details: { name, ...noted(body) } });
  const { login: by } = await allow(directory, c.var.person, { act: 'schedule', project });
  await knownProject(deps, project);
  const at = now().toISOString();
  if (told.what === 'change') {
    const { every, ...alarm } = told.body;
    await schedules.put({
      schema: 1,
      ...key,
      every,
      ...usualAlarm(every),
      ...alarm,
      source: 'person',
      by,
      changedAt: at,
    });
  } else {
    const { reason } = told.body;
    const there =
      what === 'pause'
        ? await schedules.pause(key, noteOf('Paused', { by, at, reason }))
        : await schedules.resume(key, noteOf('Resumed', { by, at, reason }));
    if (!there) throw unknown(key);
  }
  return (await viewFor(schedules, key)) ?? Promise.reject(unknown(key));
}

export function keyOf({ project = '', name = '' }: Partial<Record<'project' | 'name', string>>): ScheduleKey {
  const read = scheduleName.safeParse(name);
  if (!read.success) throw unknown({ project, name: name as CadenceName });
  return { project, name: read.data };
}

function unknown({ project, name }: ScheduleKey): RequestProblem {
  const asked = JSON.stringify(`${project} ${name}`.slice(0, 120));
  return new RequestProblem('schedule-unknown', `there is no schedule ${asked}`);
}

function noted(body: object): Record<string, string | number> {
  const said = Object.entries(body).map(([field, value]) => [
    field,
    typeof value === 'number' ? value : String(value).slice(0, 300),
  ]);
  return Object.fromEntries(said);
}
