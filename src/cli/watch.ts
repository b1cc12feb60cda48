import { NotNow } from './exit.ts';
import { serviceOf } from './service.ts';
import { aimOf, type SignalOptions, tell } from './signal.ts';
import { wholeNumber } from './start.ts';

interface WatchOptions extends SignalOptions {
  readonly reason: string;
  readonly hours?: string;
}

/** An answer to the window, for the attempt that it is at. */
export async function watch(
  id: string,
  action: 'extend' | 'conclude' | 'rollback',
  options: WatchOptions,
): Promise<void> {
  const service = await serviceOf(options);
  const aim = aimOf(options);
  const run = await service.showRun(id, aim.run === undefined ? {} : { run: aim.run });
  if (!run.window) throw new NotNow(`${id} is not watched: it is at ${run.phase}`);
  const hours = options.hours === undefined ? {} : { hours: wholeNumber(options.hours) };
  const body = { attempt: run.window.attempt, action, reason: options.reason, ...hours };
  tell(await service.watch(id, body, { ...aim, run: run.runId }), `${action} the window`, options);
}
