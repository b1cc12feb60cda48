import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Asked, Told } from './held-worker.ts';
import { root } from './imports.ts';

const LOADED_WITHIN_MS = 60_000;

export interface WorkerPlan {
  readonly role: 'build' | 'publish';
  /** Complete: nothing of the test's own environment is added. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Of other code than this clone's. */
  readonly program?: string;
}

/** A worker as a process of its own, which a test starts, kills and replaces. Loaded and connected it takes work only when told to. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #told = new EventEmitter();
  readonly #loaded: Promise<unknown>;
  readonly logFile: string;
  #killed = false;
  readonly ended: Promise<unknown>;
  /** Fails when it ends although nobody killed it. */
  readonly died: Promise<never>;

  constructor({ role, env, logFile, program = join(root, 'src/worker.ts') }: WorkerPlan) {
    this.logFile = logFile;
    const log = openSync(logFile, 'a');
    // The preload of the very code that it holds: another clone has libraries of its own.
    const args = ['--import', join(dirname(program), '../test/support/held-worker.ts'), program, role];
    this.#child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
    closeSync(log);
    this.#child.on('message', (told: Told) => this.#told.emit(told.event, told));
    this.ended = once(this.#child, 'exit');
    this.died = this.ended.then(() => {
      if (this.#killed) return new Promise<never>(() => {});
      throw new Error(`the ${role} worker ended by itself:\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
    });
    this.#loaded = Promise.race([
      once(this.#told, 'loaded', { signal: AbortSignal.timeout(LOADED_WITHIN_MS) }),
      this.died,
    ]);
    for (const one of [this.#loaded, this.died]) one.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** One that is killed before never begins, and nobody minds. */
  async begin(): Promise<this> {
    await Promise.race([this.#loaded, this.ended]);
    this.#ask('begin');
    return this;
  }

  /** From now on no finished activity is reported; `finished` comes for the first that would have been. */
  async hold(): Promise<{ finished: Promise<unknown> }> {
    const finished = once(this.#told, 'finished');
    const holding = once(this.#told, 'holding');
    this.#ask('hold');
    await Promise.race([holding, this.ended]);
    return { finished };
  }

  /** SIGTERM, as whoever stops a service sends it; answers with the exit code. Told twice it ends at once. */
  async stop({ twice = false } = {}): Promise<number | null> {
    this.#killed = true;
    process.kill(this.pid, 'SIGTERM');
    if (twice) {
      while (!readFileSync(this.logFile, 'utf8').includes('finishing what is under way')) await setImmediate();
      process.kill(this.pid, 'SIGTERM');
    }
    await this.ended;
    return this.#child.exitCode;
  }

  /** SIGKILL: nothing of it gets to say goodbye. */
  kill(): void {
    this.#killed = true;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #ask(what: Asked): void {
    if (this.#child.connected) this.#child.send(what, () => {}); // one that is gone hears nothing
  }
}
