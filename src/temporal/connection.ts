import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, type NativeConnectionOptions, TransportError } from '@temporalio/worker';

const TRY_AGAIN_MS = 500;

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
