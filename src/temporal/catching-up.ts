import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';

/** A server looks at its namespaces every two seconds, or as it is told; the dev server at each call. */
const WITHIN_MS = 20_000;
const LOOK_AGAIN_MS = 100;
/** gRPC's own numbers. */
export const GRPC = { INVALID_ARGUMENT: 3, NOT_FOUND: 5 };

/** Temporal's caches know a moment later what was just made: while its answer has this code it is asked again, and in the end `otherwise` is thrown. */
export async function onceCaughtUp<T>(
  act: () => Promise<T>,
  { code, otherwise }: { code: number; otherwise: string },
): Promise<T> {
  for (const until = Date.now() + WITHIN_MS; ; await sleep(LOOK_AGAIN_MS)) {
    try {
      return await act();
    } catch (cause) {
      if (!isGrpcServiceError(cause) || Number(cause.code) !== code) throw cause;
      if (Date.now() > until) throw new Error(`${otherwise} (${cause.details})`, { cause });
    }
  }
}
