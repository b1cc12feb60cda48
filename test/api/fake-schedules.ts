import type { ScheduleKey, Schedules } from '../../src/api/schedules-port.ts';
import { type StandingOrder, scheduleId } from '../../src/domain/standing-order.ts';

/** Schedules in memory: what Temporal would keep. */
export class FakeSchedules implements Schedules {
  readonly kept = new Map<string, { order: StandingOrder; paused: boolean; note: string; fault?: string }>();

  async read(key: ScheduleKey) {
    const there = this.kept.get(scheduleId(key));
    if (!there) return undefined;
    const look = { at: '2026-01-05T06:00:00.000Z', id: `${scheduleId(key)}-2026-01-05T06:00:00Z`, runId: 'r' };
    const last = [{ ...look, result: { kind: 'nothing' as const, summary: 'nothing is new since 1.1.0' } }];
    return { ...there, next: there.paused ? [] : ['2026-01-12T06:00:00.000Z'], last };
  }

  async put(order: StandingOrder) {
    const { paused = false, note = '' } = this.kept.get(scheduleId(order)) ?? {};
    this.kept.set(scheduleId(order), { order, paused, note });
  }

  async remove(key: ScheduleKey) {
    this.kept.delete(scheduleId(key));
  }

  async pause(key: ScheduleKey, note: string) {
    return this.#set(key, { paused: true, note });
  }

  async resume(key: ScheduleKey, note: string) {
    return this.#set(key, { paused: false, note });
  }

  #set(key: ScheduleKey, change: { paused: boolean; note: string }): boolean {
    const there = this.kept.get(scheduleId(key));
    if (there) Object.assign(there, change);
    return there !== undefined;
  }
}
