import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { root } from './imports.ts';

/** A run as the server kept it. Its id goes with it: the ids of what a run starts come from its own. */
export interface RecordedHistory {
  readonly workflowId: string;
  readonly events: readonly unknown[];
}

const folder = join(root, 'test/histories');

/** Of the code as it stands, and of each released version in the folder of its number. */
export function recordedHistories(): { name: string; history: RecordedHistory }[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => ({
    name: name.replace(/\.json$/, ''),
    history: JSON.parse(readFileSync(join(folder, name), 'utf8')),
  }));
}

/** The run's history so far. `npm run record` keeps it as test/histories/NAME.json as well. */
export async function historyOf(run: WorkflowHandle, name: string): Promise<RecordedHistory> {
  const { events } = JSON.parse(historyToJSON(await run.fetchHistory()));
  const history = { workflowId: run.workflowId, events };
  if (process.env.SLIPWAY_RECORD) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.json`), `${withoutMachine(JSON.stringify(history))}\n`);
  }
  return history;
}

/** Whose machine recorded it is nobody's business, and would change each line at each recording. */
function withoutMachine(json: string): string {
  return json.replaceAll(root, '').replace(new RegExp(`\\d+@${hostname().replaceAll('.', '\\.')}`, 'g'), 'recorder');
}

/** Runs today's workflow code over it, and throws where the code would now do something else. */
export async function replay(
  { workflowId, events }: RecordedHistory,
  codePath: string,
  more: Pick<ReplayWorkerOptions, 'sinks' | 'dataConverter'> = {},
): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: { codePath }, ...more }, { events }, workflowId);
}

/** Bytes as the text that they are, wherever they are. */
export function asText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(asText).join('\n');
}
