import colours from 'picocolors';
import type { ScheduleView } from '../api-client/client.ts';
import { type ServiceOptions, serviceOf } from './service.ts';
import { columns, plain } from './words.ts';

export async function schedules(project: string | undefined, options: ServiceOptions): Promise<void> {
  const service = await serviceOf(options);
  const { schedules: found } =
    project === undefined ? await service.listSchedules() : await service.schedulesOf(project);
  show(found, options);
}

interface Steering extends ServiceOptions {
  readonly reason: string;
}

/** pause, resume */
export async function steer(
  what: 'pause' | 'resume',
  [project, name]: readonly [string, ScheduleView['name']],
  options: Steering,
): Promise<void> {
  const { reason } = options;
  const service = await serviceOf(options);
  const told = what === 'pause' ? service.pauseSchedule : service.resumeSchedule;
  show([await told(project, name, { reason })], options);
}

interface Changing extends ServiceOptions {
  readonly every: string;
  readonly weekday?: ScheduleView['weekday'] | 'every-day';
  readonly hour?: string;
}

export async function change(
  [project, name]: readonly [string, ScheduleView['name']],
  options: Changing,
): Promise<void> {
  const { every, weekday, hour } = options;
  const service = await serviceOf(options);
  const body = {
    every,
    ...(weekday === undefined ? {} : { weekday: weekday === 'every-day' ? null : weekday }),
    ...(hour === undefined ? {} : { hour: Number(hour) }),
  };
  show([await service.putSchedule(project, name, body)], options);
}

function show(found: readonly ScheduleView[], { json = false }: ServiceOptions): void {
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : table(found));
}

function table(found: readonly ScheduleView[]): string {
  if (found.length === 0) return 'No schedules.\n';
  const rows = found.map(({ project, name, every, paused, next, last, fault }) => [
    ...[project, name, every],
    paused ? colours.yellow(`paused by ${plain(paused.by ?? 'nobody known')}`) : (next[0]?.slice(0, 16) ?? '–'),
    plain(fault ?? last[0]?.says ?? 'no look yet'),
  ]);
  const title = ['PROJECT', 'NAME', 'EVERY', 'LOOKS NEXT', 'LAST SAID'].map((word) => colours.dim(word));
  return columns([title, ...rows]);
}
