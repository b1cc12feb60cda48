import { subscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import type { Release } from './slipway-release.ts';
import type { Stage } from './stage.ts';

const SAMPLE_EVERY_MS = 10;

interface Sample {
  readonly at: number;
  readonly busy: boolean;
}

let inFlight = 0;
subscribe('http.server.request.start', () => {
  inFlight += 1;
});
subscribe('http.server.response.finish', () => {
  inFlight -= 1;
});

/**
 * Looks every few milliseconds whether an outside command of a worker runs or a sandbox server (they live in this process) works on a
 * request. What is left of the wall time is Slipway's and Temporal's own.
 */
export function measured({ sandbox }: Stage) {
  const samples: Sample[] = [];
  const workers = [sandbox.service.build, sandbox.service.publish].map(({ pid }) => workerBelow(pid));
  const timer = setInterval(() => {
    samples.push({ at: performance.now(), busy: inFlight > 0 || hasCommand(workers) });
  }, SAMPLE_EVERY_MS);
  return {
    end({ startedAt, seconds }: Release): { idleShare: number; peakMiB: number } {
      clearInterval(timer);
      const within = samples.filter(({ at }) => at >= startedAt && at <= startedAt + 1000 * seconds);
      const idle = within.filter(({ busy }) => !busy).length;
      return { idleShare: idle / within.length, peakMiB: Math.max(...workers.map(peakOf)) };
    },
  };
}

/** Node starts processes from its first thread: that one alone is looked at, since a look at all takes a good part of a core. */
function hasCommand(workers: readonly number[]): boolean {
  return workers.some((pid) => read(pid, `task/${pid}/children`).trim() !== '');
}

/** The worker itself, below what ends it with us. */
function workerBelow(pid: number): number {
  const all = [pid, ...descendants(pid)];
  const found = all.find((one) => /^\S*node\0.*worker\.ts/.test(read(one, 'cmdline')));
  if (found === undefined) throw new Error(`no worker below ${pid}`);
  return found;
}

function descendants(pid: number): number[] {
  return children(pid).flatMap((child) => [child, ...descendants(child)]);
}

function children(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
      .filter((child) => child !== '')
      .map(Number);
  } catch {
    return []; // it has ended
  }
}

function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(read(pid, 'status'))?.[1] ?? Number.NaN) / 1024;
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
