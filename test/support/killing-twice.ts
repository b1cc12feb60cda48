import type { Change, Hook } from '../../src/sandbox/journal.ts';
import { concerns, told } from './outside.ts';
import type { Service } from './service.ts';
import type { WorkerProcess } from './worker-process.ts';

/** The worker that works, and a spare that is loaded and takes its place the moment it is killed. */
export class Mortal {
  readonly #service: Service;
  #current: WorkerProcess;
  #spare: WorkerProcess;

  private constructor(service: Service, current: WorkerProcess) {
    this.#service = service;
    this.#current = current;
    this.#spare = service.worker('publish');
  }

  static async begin(service: Service): Promise<Mortal> {
    const [publish] = await service.begin('publish', 'build');
    return new Mortal(service, publish!);
  }

  get current(): WorkerProcess {
    return this.#current;
  }

  /** One that is dead already, nobody kills again. */
  kill(killed = this.#current): void {
    if (killed !== this.#current) return;
    killed.kill();
    this.#current = this.#spare;
    void this.#current.begin();
    this.#spare = this.#service.worker('publish');
  }
}

/**
 * Kills the worker twice at every change of a project: as the request arrives, before anything is stored; and at the repeat, once it is
 * stored and before the answer. `killedAt` gets each change whose both deaths came; what people do is left to them.
 */
export function killingTwice(
  project: string,
  worker: Mortal,
  killedAt: string[],
  byPeople: readonly string[] = [],
): Hook {
  const repeated = new Set<string>();
  const keyOf = ({ server, action, target }: Change) => `${server} ${action} ${target}`;
  return (point, change) => {
    if (!concerns(project, change) || byPeople.includes(change.action)) return;
    const key = keyOf(change);
    if (point === 'before-store' && !repeated.has(key)) {
      repeated.add(key);
      worker.kill();
      return 'drop';
    }
    if (point === 'after-store' && repeated.delete(key)) {
      killedAt.push(told(project, change));
      worker.kill();
    }
  };
}
