/**
 * Preloaded into a real worker process (`node --import held-worker.ts src/worker.ts …`), so that a test can say when it begins to take
 * work, and keep what it finished from being reported. The worker's own code is as it is.
 */

import { flushCompileCache } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type { Worker as TemporalWorker } from '@temporalio/worker';

export type Told = { readonly event: 'loaded' | 'holding' } | { readonly event: 'finished'; readonly activity: string };
export type Asked = 'begin' | 'hold';

let begin = () => {};
const begun = new Promise<void>((resolve) => {
  begin = resolve;
});
let holding = false;

process.on('message', (asked: Asked) => {
  if (asked === 'begin') begin();
  else {
    holding = true;
    tell({ event: 'holding' });
  }
});
process.on('disconnect', () => process.exit(1)); // a test that is gone leaves no worker behind

// A worker's threads are preloaded as well, and have nothing to be held.
if (isMainThread) {
  const { Worker } = await import('@temporalio/worker');
  const create = Worker.create.bind(Worker);
  Worker.create = (options) => {
    const own = options.interceptors?.activity ?? [];
    return create({ ...options, interceptors: { ...options.interceptors, activity: [reported, ...own] } });
  };
  const run = Worker.prototype.run;
  Worker.prototype.run = async function held(this: TemporalWorker) {
    flushCompileCache(); // which a killed process has no time for: the next one starts in half the time
    tell({ event: 'loaded' });
    await begun;
    return run.call(this);
  };
}

/** Outermost: what is held here has done all that it does, and the Temporal server does not know. */
function reported(context: { info: { activityType: string } }) {
  return {
    inbound: {
      async execute<I>(input: I, next: (input: I) => Promise<unknown>): Promise<unknown> {
        const result = await next(input);
        if (!holding) return result;
        tell({ event: 'finished', activity: context.info.activityType });
        return new Promise(() => {});
      },
    },
  };
}

function tell(told: Told): void {
  process.send?.(told);
}
