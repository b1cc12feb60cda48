import { NotNow } from './exit.ts';
import { serviceOf } from './service.ts';
import { aimOf, type SignalOptions, tell } from './signal.ts';

interface TickOptions extends SignalOptions {
  readonly failed?: boolean;
  readonly note?: string;
}

/** An item of the checklist, for the commit and the manifest that the run shows. */
export async function tick(id: string, item: string, options: TickOptions): Promise<void> {
  const service = await serviceOf(options);
  const aim = aimOf(options);
  const run = await service.showRun(id, aim.run === undefined ? {} : { run: aim.run });
  const { commit, manifest } = run;
  if (commit === undefined || manifest === undefined)
    throw new NotNow(`${id} has nothing to check yet: it is at ${run.phase}`);
  const note = options.note === undefined ? {} : { note: options.note };
  const body = { item, passed: options.failed !== true, commit, manifest: manifest.digest, ...note };
  tell(
    await service.check(id, body, { ...aim, run: run.runId }),
    `${item} ${body.passed ? 'passed' : 'failed'}`,
    options,
  );
}
