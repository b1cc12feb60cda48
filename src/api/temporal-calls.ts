import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { RequestProblem } from './problems.ts';

const ANSWER_WITHIN_MS = 5_000;
/** gRPC's own numbers. */
export const GRPC = {
  CANCELLED: 1,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNAVAILABLE: 14,
};

/** Calls that end in time, whatever Temporal does. */
export function timed(connection: Client['connection']) {
  /** A server that does not answer is the caller's problem to know. */
  async function within<T>(act: () => Promise<T>, ms = ANSWER_WITHIN_MS): Promise<T> {
    try {
      return await onTime(act, ms);
    } catch (error) {
      if (hasCode(error, GRPC.UNAVAILABLE, GRPC.DEADLINE_EXCEEDED, GRPC.CANCELLED)) throw unreachable(ms);
      throw error;
    }
  }

  /** The client repeats a call to a server that is down, and its last attempt may end well after the deadline: here the clock decides. */
  async function onTime<T>(act: () => Promise<T>, ms: number): Promise<T> {
    const over = new AbortController();
    const late = sleep(ms, undefined, { signal: over.signal }).then(() => Promise.reject(unreachable(ms)));
    try {
      return await Promise.race([connection.withDeadline(Date.now() + ms, act), late]);
    } finally {
      late.catch(() => undefined); // it was in time
      over.abort();
    }
  }

  return { within, onTime };
}

function unreachable(ms: number): RequestProblem {
  return new RequestProblem('temporal-unreachable', `Temporal did not answer within ${ms / 1000} s`);
}

export function hasCode(error: unknown, ...codes: number[]): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  return isGrpcServiceError(cause) && codes.includes(Number(cause.code));
}
