import type { CadenceName } from '../domain/calendar.ts';
import type { CadenceResult, StandingOrder } from '../domain/standing-order.ts';

/** Schedules as Temporal knows them: what the API asks of it, and nothing else. Times are ISO 8601. */
export interface Schedules {
  /** undefined where there is none. */
  read(key: ScheduleKey): Promise<KnownSchedule | undefined>;
  /** There is one with this order, signed anew; whether it is paused stays as it is. */
  put(order: StandingOrder): Promise<void>;
  remove(key: ScheduleKey): Promise<void>;
  /** False where there is none. */
  pause(key: ScheduleKey, note: string): Promise<boolean>;
  resume(key: ScheduleKey, note: string): Promise<boolean>;
}

export interface ScheduleKey {
  readonly project: string;
  readonly name: CadenceName;
}

export interface KnownSchedule {
  readonly order: StandingOrder;
  /** Why the order is not the API's own: it starts nothing. */
  readonly fault?: string;
  readonly paused: boolean;
  /** Why it is paused, or was resumed. */
  readonly note: string;
  /** The next looks, the soonest first; none while it is paused. */
  readonly next: readonly string[];
  /** The newest first. */
  readonly last: readonly Look[];
}

export interface Look {
  readonly at: string;
  readonly id: string;
  readonly runId: string;
  /** null: it goes on, or Temporal has forgotten it. */
  readonly result: CadenceResult | null;
}
