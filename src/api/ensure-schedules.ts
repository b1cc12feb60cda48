import { CADENCES, type CadenceName, usualAlarm } from '../domain/calendar.ts';
import type { StandingOrder } from '../domain/standing-order.ts';
import type { ApiDeps } from './deps.ts';
import type { KnownSchedule } from './schedules-port.ts';

type Deps = Pick<ApiDeps, 'directory' | 'schedules' | 'log' | 'now'>;

/** Every schedule that a project file names is there; what a person changed or paused is left alone. */
export async function ensureSchedules(deps: Deps): Promise<void> {
  const { directory, log } = deps;
  for (const project of await directory.projects()) {
    try {
      const { schedule } = await directory.project(project);
      for (const name of CADENCES) await ensureOne(deps, { project, name, every: schedule[name] });
    } catch (err) {
      log.warn({ err, project }, 'the schedules of a project could not be looked at: they stay as they are');
    }
  }
}

async function ensureOne(
  { schedules, log, now = () => new Date() }: Deps,
  { project, name, every }: { project: string; name: CadenceName; every: string | undefined },
): Promise<void> {
  const known = await schedules.read({ project, name });
  const wish = wishFor(known, every);
  if (wish === 'keep') return;
  if (wish === 'remove') {
    await schedules.remove({ project, name });
    log.info({ project, name }, 'a schedule that the project file no longer names is gone');
    return;
  }
  if (known?.fault !== undefined)
    log.warn({ project, name, fault: known.fault }, 'a schedule whose order is not our own is made anew');
  const order: StandingOrder = {
    ...{ schema: 1, project, name, every: wish.every, ...usualAlarm(wish.every) },
    ...{ source: 'file', by: 'project file', changedAt: now().toISOString() },
  };
  await schedules.put(order);
  log.info({ project, name, every: wish.every }, 'a schedule follows its project file');
}

/** What the API makes of a schedule as it starts. An order that it has not signed is nobody's wish. */
export function wishFor(
  known: Pick<KnownSchedule, 'order' | 'fault'> | undefined,
  every: string | undefined,
): 'keep' | 'remove' | { every: string } {
  if (known === undefined) return every === undefined ? 'keep' : { every };
  const ours = known.fault === undefined;
  if (ours && known.order.source === 'person') return 'keep';
  if (every === undefined) return 'remove';
  return ours && known.order.every === every ? 'keep' : { every };
}
