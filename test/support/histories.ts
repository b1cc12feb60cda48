import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
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

export function recordedHistories(): { name: string; history: RecordedHistory }[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => ({
    name: basename(name, '.json'),
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
  more: Pick<ReplayWorkerOptions, 'sinks'> = {},
): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: { codePath }, ...more }, { events }, workflowId);
}
