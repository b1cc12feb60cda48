import type { CadenceResult, StandingOrder } from '../../domain/standing-order.ts';

export interface CadenceActivities {
  /** A release of this version runs, or did; `nothing` where the version is spent. `proof-refused` where the order is not the API's. */
  ensureScheduledRelease(input: { order: StandingOrder; version: string }): Promise<CadenceResult>;
}
