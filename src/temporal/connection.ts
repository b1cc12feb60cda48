import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { NativeConnection, type NativeConnectionOptions, TransportError } from '@temporalio/worker';

const TRY_AGAIN_MS = 500;
const ANSWER_WITHIN_MS = 5_000;

/** A worker's connection: a server that is not up yet is waited for, since services start in any order. */
export async function connectWhenUp(
  options: NativeConnectionOptions,
  { signal, waiting = () => {} }: { signal?: AbortSignal; waiting?: (cause: Error) => void } = {},
): Promise<NativeConnection> {
  for (let first = true; ; first = false) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (signal?.aborted || !(error instanceof TransportError)) throw error;
      if (first) waiting(error);
      await sleep(TRY_AGAIN_MS, undefined, signal ? { signal } : {});
    }
  }
}

/** Without a deadline a call to a server that is down is repeated for twenty seconds before it fails. */
export function withinDeadline<T>(connection: Connection, act: () => Promise<T>, ms = ANSWER_WITHIN_MS): Promise<T> {
  return connection.withDeadline(Date.now() + ms, act);
}
