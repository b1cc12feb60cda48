import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { closestMatch } from 'leven';
import { secondsOf } from './duration.ts';
import type { Fault } from './faults.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

const FILE = 'environment';

/** Every variable that any process of Slipway reads: docs/configuration.md. */
export const VARIABLES = [
  ...['SLIPWAY_CONFIG', 'SLIPWAY_STATE', 'SLIPWAY_CREDENTIALS', 'SLIPWAY_HOST', 'SLIPWAY_PORT', 'SLIPWAY_LOG'],
  ...[
    'SLIPWAY_GATES',
    'SLIPWAY_STICKY',
    'SLIPWAY_HEARTBEAT',
    'SLIPWAY_GRACE',
    'SLIPWAY_TOOLS',
    'SLIPWAY_WORKFLOW_BUNDLE',
    'SLIPWAY_CACHED_RUNS',
  ],
  ...['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'SLIPWAY_METRICS_PORT', 'SLIPWAY_METRICS_HOST', 'SLIPWAY_LEAST_FREE'],
] as const;
export type Name = (typeof VARIABLES)[number];

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Reads variables one by one and collects what is wrong with them. */
export class EnvironmentReader {
  readonly faults: Fault[] = [];
  readonly #env: Variables;

  constructor(env: Variables) {
    this.#env = env;
    for (const name of Object.keys(env)) {
      const near = name.startsWith('SLIPWAY_') ? closestMatch(name, VARIABLES, { maxDistance: 2 }) : undefined;
      if (near !== undefined && near !== name) this.fault(name, 'is no variable of Slipway', `Did you mean ${near}?`);
    }
  }

  fault(name: string, message: string, remedy: string): void {
    this.faults.push({ file: FILE, line: 0, path: name, message, remedy });
  }

  folder(name: Name, remedy: string): string {
    const value = this.#env[name];
    if (value) return resolve(value);
    this.fault(name, 'is missing', remedy);
    return '';
  }

  optional(name: Name): string | undefined {
    return this.#env[name] || undefined;
  }

  temporal(): { address: string; namespace: string } {
    const address = this.optional('TEMPORAL_ADDRESS');
    if (address === undefined) {
      const remedy =
        'Write the address of a Temporal server, such as 127.0.0.1:7233; for a node with one of its own leave SLIPWAY_CONFIG and SLIPWAY_CREDENTIALS out as well.';
      this.fault('TEMPORAL_ADDRESS', 'is missing', remedy);
    } else if (!/^[\w.-]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/.test(address)) {
      this.fault('TEMPORAL_ADDRESS', `is ${JSON.stringify(address)}`, 'Write host and port, such as 127.0.0.1:7233.');
    }
    const namespace = this.optional('TEMPORAL_NAMESPACE') ?? 'default';
    if (!/^[\w.-]{1,255}$/.test(namespace)) {
      this.fault('TEMPORAL_NAMESPACE', `is ${JSON.stringify(namespace)}`, 'Write the name of a namespace.');
    }
    return { address: address ?? '', namespace };
  }

  number(name: Name, { least, most, otherwise }: { least: number; most: number; otherwise: number }): number {
    const value = this.optional(name);
    if (value === undefined) return otherwise;
    const number = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.fault(name, `is ${JSON.stringify(value)}`, `Write a whole number from ${least} to ${most}.`);
    return otherwise;
  }

  seconds(name: Name, otherwise: number): number {
    const value = this.optional(name);
    const seconds = value === undefined ? otherwise : secondsOf(value);
    if (seconds !== undefined) return seconds;
    this.fault(name, `is ${JSON.stringify(value)}`, 'Write seconds, or such as 10s or 5m.');
    return otherwise;
  }

  logLevel(): LogLevel {
    const value = this.optional('SLIPWAY_LOG') ?? 'info';
    const level = LEVELS.find((one) => one === value);
    if (level === undefined)
      this.fault('SLIPWAY_LOG', `is ${JSON.stringify(value)}`, `Write one of: ${LEVELS.join(', ')}.`);
    return level ?? 'info';
  }

  host(name: Name = 'SLIPWAY_HOST'): string {
    const value = this.optional(name) ?? '127.0.0.1';
    if (!/^[\w.:-]+$/.test(value)) this.fault(name, `is ${JSON.stringify(value)}`, 'Write an address to listen on.');
    return value;
  }

  concurrentGates(): number {
    return this.number('SLIPWAY_GATES', { least: 1, most: 256, otherwise: availableParallelism() });
  }
}
