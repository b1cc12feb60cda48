/** Who asked a task queue for work, and when last, as the Temporal server keeps it for minutes. */
export interface Poller {
  readonly identity: string;
  readonly lastSeen: string;
}

/** What a worker says of itself every few seconds, where the server takes that. */
export interface WorkerLife {
  readonly identity: string;
  readonly queue: string;
  readonly lastSeen: string;
  readonly stopping: boolean;
}

export const WORKER_TELLS_EVERY_SECONDS = 5;
/** Some of its messages may get lost, and clocks differ. */
const SILENT_AFTER_SECONDS = 6 * WORKER_TELLS_EVERY_SECONDS;

/**
 * How many workers serve a queue. A worker that has its hands full asks for nothing, and one that was killed is listed as a poller for
 * minutes: what workers say of themselves counts first, the list of pollers where a worker says nothing.
 */
export function servingAt(
  queue: string,
  { pollers, workers }: { pollers: readonly Poller[]; workers: readonly WorkerLife[] },
  now: string,
): number {
  const alive = (one: WorkerLife) => !one.stopping && secondsSince(one.lastSeen, now) <= SILENT_AFTER_SECONDS;
  const here = workers.filter((one) => one.queue === queue);
  const telling = new Set(here.map(({ identity }) => identity));
  const silent = pollers.filter(({ identity }) => !telling.has(identity));
  return new Set([...here.filter(alive), ...silent].map(({ identity }) => identity)).size;
}

function secondsSince(time: string, now: string): number {
  return (Date.parse(now) - Date.parse(time)) / 1000;
}
