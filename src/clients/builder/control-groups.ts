import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { LimitName, Limits } from '../../domain/confinement.ts';

/** A group of processes whose memory and number the kernel counts together. */
export interface ControlGroup {
  /** Whoever writes 0 into each of these files is in it, with all that it starts. */
  readonly entrances: readonly string[];
  /** Ends what is still in it, and tells what it came up against. */
  close(): Promise<readonly LimitName[]>;
}

export interface ControlGroups {
  readonly kind: 'cgroup v2' | 'cgroup v1';
  open(limits: Limits): Promise<ControlGroup>;
}

const NAME = /^slipway-\d+-\d+$/;
const LEFT_OVER_MS = 10 * 60_000;
const CLOSING_MS = 5_000;

/** Where groups could be made below our own. Whether this process may is for a trial to show. */
export async function findControlGroups({
  root = '/sys/fs/cgroup',
  self = '/proc/self/cgroup',
} = {}): Promise<ControlGroups | undefined> {
  const lines = (await readFile(self, 'utf8').catch(() => '')).trim().split('\n');
  const own = (controller: string) =>
    lines.map((line) => line.split(':')).find(([, names]) => (names ?? '').split(',').includes(controller))?.[2];
  const [memory, processes] = [own('memory'), own('pids')];
  if (memory === undefined || processes === undefined) return unified(join(root, own('') ?? ''));
  return groupsIn('cgroup v1', [join(root, 'memory', memory), join(root, 'pids', processes)]);
}

/**
 * Version 2 lets only groups without processes of their own hand controllers on: our own one, where somebody arranged that, or the one
 * above, where it is ours to write.
 */
async function unified(own: string): Promise<ControlGroups | undefined> {
  for (const folder of [own, dirname(own)]) {
    const handed = (await readFile(join(folder, 'cgroup.subtree_control'), 'utf8').catch(() => '')).split(/\s+/);
    if (handed.includes('memory') && handed.includes('pids')) return groupsIn('cgroup v2', [folder]);
  }
  return undefined;
}

let count = 0;

function groupsIn(kind: ControlGroups['kind'], parents: readonly string[]): ControlGroups {
  const cleaned = Promise.all(parents.map(removeLeftOvers));
  return {
    kind,
    async open(limits) {
      await cleaned;
      const name = `slipway-${process.pid}-${++count}`;
      const folders = parents.map((parent) => join(parent, name));
      try {
        for (const folder of folders) await mkdir(folder);
        await (kind === 'cgroup v2' ? limit2(folders[0]!, limits) : limit1(folders, limits));
      } catch (error) {
        await Promise.all(folders.map((folder) => rmdir(folder).catch(() => {})));
        throw error;
      }
      return {
        entrances: folders.map((folder) => join(folder, 'cgroup.procs')),
        async close() {
          const [memory, processes] = await Promise.all(
            kind === 'cgroup v2'
              ? [eventIn(folders[0]!, 'memory.events', 'oom_kill'), eventIn(folders[0]!, 'pids.events', 'max')]
              : [eventIn(folders[0]!, 'memory.oom_control', 'oom_kill'), eventIn(folders[1]!, 'pids.events', 'max')],
          );
          await Promise.all(folders.map(removeGroup));
          return [...(memory! > 0 ? ['memory' as const] : []), ...(processes! > 0 ? ['processes' as const] : [])];
        },
      };
    },
  };
}

async function limit2(folder: string, { memory, processes }: Limits): Promise<void> {
  await writeFile(join(folder, 'memory.max'), String(memory));
  await writeFile(join(folder, 'pids.max'), String(processes));
  await optional(join(folder, 'memory.swap.max'), '0');
}

async function limit1([memory, pids]: readonly string[], limits: Limits): Promise<void> {
  await writeFile(join(memory!, 'memory.limit_in_bytes'), String(limits.memory));
  await writeFile(join(pids!, 'pids.max'), String(limits.processes));
  await optional(join(memory!, 'memory.memsw.limit_in_bytes'), String(limits.memory));
}

/** Kernels are built without swap accounting. */
async function optional(file: string, value: string): Promise<void> {
  await writeFile(file, value).catch(() => {});
}

async function eventIn(folder: string, file: string, name: string): Promise<number> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => '');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** Processes that were killed are in their group until somebody has waited for them. */
async function removeGroup(folder: string): Promise<void> {
  const until = performance.now() + CLOSING_MS;
  while (performance.now() < until) {
    const removed = await rmdir(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    );
    if (removed) return;
    await endAllIn(folder);
    await wait(20);
  }
}

async function endAllIn(folder: string): Promise<void> {
  const pids = (await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  for (const pid of pids.map(Number)) {
    try {
      if (pid > 0) process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended meanwhile
    }
  }
}

/** Of workers that were killed: empty, and too old to be just begun. */
async function removeLeftOvers(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const made = NAME.test(name) ? await stat(join(parent, name)).catch(() => undefined) : undefined;
    if (made !== undefined && Date.now() - made.mtimeMs > LEFT_OVER_MS) await rmdir(join(parent, name)).catch(() => {});
  }
}
