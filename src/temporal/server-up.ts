import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { StartedCommand } from '../clients/command.ts';

const LOOK_AGAIN_MS = 50;
const LAST_LINES = 5;
/** A line of Temporal's log ends with the places in its code: what happened stands before. */
const LINE_LENGTH = 600;

interface Wanted {
  readonly address: string;
  readonly logFile: string;
  readonly withinMs: number;
}

/** A connection to a Temporal server that was just started. One that does not come up is said with the last lines of its log. */
export async function connectedOnceUp(
  server: Pick<StartedCommand, 'exited'>,
  { address, logFile, withinMs }: Wanted,
): Promise<Connection> {
  let ended: string | undefined;
  void server.exited.then(({ exitCode }) => {
    ended = `it exited with ${exitCode}`;
  });
  let cause: unknown;
  for (const until = Date.now() + withinMs; Date.now() < until && ended === undefined; await sleep(LOOK_AGAIN_MS)) {
    try {
      return await Connection.connect({ address, connectTimeout: '1s' });
    } catch (error) {
      cause = error;
    }
  }
  const why = ended ?? `no answer in ${withinMs / 1000} s`;
  throw new Error(
    `The Temporal server did not come up at ${address}: ${why}. Its log: ${logFile}, which ends with\n${await lastLines(logFile)}`,
    { cause },
  );
}

async function lastLines(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n').slice(-LAST_LINES);
  return lines.map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)} …` : line)).join('\n');
}
