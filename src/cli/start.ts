import type { SlipwayClient, Started } from '../api-client/client.ts';
import { Usage } from './exit.ts';
import { follow } from './follow.ts';
import { type ServiceOptions, serviceOf } from './service.ts';

export interface StartOptions extends ServiceOptions {
  readonly key?: string;
  readonly follow?: boolean;
}

/** Starts a run and says where to look, or tells it until it ends. */
export async function start(
  options: StartOptions,
  begin: (service: SlipwayClient, keyed: { key?: string }) => Promise<Started>,
): Promise<void> {
  const service = await serviceOf(options);
  const started = await begin(service, options.key === undefined ? {} : { key: options.key });
  if (options.json) process.stdout.write(`${JSON.stringify(started)}\n`);
  else process.stdout.write(`Started ${started.id}\n`);
  if (options.follow) return follow(service, { id: started.id, run: started.runId }, options);
  if (!options.json) process.stdout.write(`    slipway show ${started.id} --follow\n`);
}

/** The parts of an options object that were written. */
export function given<T extends object>(parts: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as never;
}

export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Usage(`${JSON.stringify(text)} is no whole number from 1`);
}
