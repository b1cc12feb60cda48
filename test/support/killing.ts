import type { Change, Hook } from '../../src/sandbox/journal.ts';
import { concerns, told } from './outside.ts';
import type { Service } from './service.ts';
import type { WorkerProcess } from './worker-process.ts';
import type { World } from './world.ts';

export const SIDES = [
  'before the store',
  'after the store, before the answer',
  'after the answer, before it is reported',
] as const;
export type Side = (typeof SIDES)[number];

interface Plan {
  readonly world: World;
  readonly service: Service;
  readonly project: string;
  /** undefined: nobody is killed. */
  readonly side: Side | undefined;
}

/** Begins the workers; the publish worker is killed at the first occurrence of each change of the project, until it is `done`. */
export async function killedAtEveryChange({ world, service, project, side }: Plan) {
  const [publish] = await service.begin('publish', 'build');
  const killedAt: string[] = [];
  let current = publish!;
  let next = side ? service.worker('publish') : current;
  const kill = (killed: WorkerProcess) => {
    if (killed !== current) return;
    killed.kill();
    current = next;
    void current.begin();
    next = service.worker('publish');
  };
  const done = side
    ? world.journal.onPoint(killing(side, { project, killedAt, kill, current: () => current }))
    : () => {};
  return { killedAt, done };
}

interface Killing {
  readonly project: string;
  readonly killedAt: string[];
  readonly current: () => WorkerProcess;
  readonly kill: (worker: WorkerProcess) => void;
}

function killing(side: Side, { project, killedAt, current, kill }: Killing): Hook {
  const met = new Set<string>();
  let held: WorkerProcess | undefined;
  const isNew = (change: Change) => {
    const key = `${change.server} ${change.action} ${change.target}`;
    if (met.has(key)) return false;
    met.add(key);
    killedAt.push(told(project, change));
    return true;
  };
  return async (point, change) => {
    if (!concerns(project, change)) return;
    if (side === 'before the store') {
      if (point !== 'before-store' || !isNew(change)) return;
      kill(current());
      return 'drop';
    }
    if (held && point === 'before-store') {
      kill(held); // it has read the last answer and goes on to its next change
      held = undefined;
      return 'drop';
    }
    if (point !== 'after-store' || !isNew(change)) return;
    const worker = current();
    if (side === 'after the store, before the answer') return kill(worker);
    const { finished } = await worker.hold();
    held = worker;
    void finished.then(() => {
      if (held === worker) held = undefined;
      kill(worker);
    });
  };
}
