import { Writable } from 'node:stream';
import type { RunView } from '../../src/api/run-view.ts';
import { Api } from '../../src/demo/api.ts';
import { Display } from '../../src/demo/display.ts';
import { follow } from '../../src/demo/follow.ts';
import { answersTo, People } from '../../src/demo/people.ts';
import { nextVersion, type Stage } from './stage.ts';

/** Seconds. */
const LIMIT = 300;
const AFTER_PUBLISH = ['observe', 'close'];

export interface Release {
  readonly seconds: number;
  readonly startedAt: number;
  readonly run: RunView;
}

/**
 * One release over the API, every sign-off given as soon as it is asked for. The time ends where publish does: the window comes
 * after, and nothing of it may fall into what is measured next.
 */
export async function slipwayRelease({ sandbox }: Stage, what: string): Promise<Release> {
  const version = nextVersion();
  const quiet = new Display(
    new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream,
  );
  const people = new People(sandbox, quiet);
  const api = new Api(sandbox.addresses.api, sandbox.people.rita?.token ?? '');
  const startedAt = performance.now();
  const started = await api.startRelease({ project: 'pynomaly-lite', version });
  let publishedAt: number | undefined;
  const run = await follow({
    ...{ api, display: quiet, run: started },
    async react(seen) {
      if (AFTER_PUBLISH.includes(seen.phase) || seen.status === 'ended') publishedAt ??= performance.now();
      await people.answer(seen, answersTo(seen, { strict: true, reviewed: true, repository: 'acme/pynomaly-lite' }));
      const blocked = seen.steps.find(
        ({ status, problem }) =>
          status === 'blocked' && problem?.code !== 'changelog-empty' && problem?.code !== 'bump-below-suggestion',
      );
      if (performance.now() - startedAt > 1000 * LIMIT)
        throw new Error(`still ${seen.status} after ${LIMIT} s: ${JSON.stringify(seen.waitingFor)}`);
      if (blocked) throw new Error(`${blocked.id} is blocked: ${blocked.problem?.message}`);
      return false;
    },
  });
  const seconds = ((publishedAt ?? performance.now()) - startedAt) / 1000;
  if (run.outcome !== 'released') throw new Error(`${what}: ended as ${run.outcome}: ${run.ending}`);
  console.log(`  Slipway, ${what}: ${seconds.toFixed(1)} s`);
  return { seconds, startedAt, run };
}
