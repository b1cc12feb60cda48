import { visibilityQuery } from '../../../src/api/visibility-query.ts';
import type { Figure } from '../figure.ts';
import { median, round } from '../figure.ts';
import { releaseId, SIGNED, signOff, signOffEach, startWaiting } from './waiting.ts';
import { type LoadWorld, startLoadWorld } from './world.ts';

const PAGE = 50;
const LOOKS = 21;
const SIGN_OFFS = 40;
const SCALED = 200;

/** Everything about many runs that wait, on one Temporal with its state on disk; each figure is told as soon as it is measured. */
export async function loadFigures(folder: string, waiting: number, tell: (figures: Figure[]) => void): Promise<void> {
  const world = await startLoadWorld(folder);
  try {
    const worker = await world.worker('runs');
    const seconds = await startWaiting(world, 'runs', { from: 0, count: waiting });
    console.log(`  ${waiting} releases wait for a sign-off after ${seconds.toFixed(0)} s`);
    tell([await listFigure(world, waiting)]);
    tell([await signOffFigure(world, 0)]);
    const rest = { from: 2 * SIGN_OFFS, count: waiting - 2 * SIGN_OFFS };
    const signing = await signOffEach(world, 'runs', rest);
    const name = `peak memory of the one worker of ${waiting} waiting releases, 200 of them cached`;
    tell([{ name, value: Math.round(worker.peakMiB()), unit: 'MiB', aim: 'at most 512 MiB' }]);
    await worker.end();

    const bare = await world.worker('bare');
    await startWaiting(world, 'bare', { from: 0, count: rest.count });
    const bareSigning = await signOffEach(world, 'bare', { from: 0, count: rest.count });
    await bare.end();
    tell([
      {
        name: `${rest.count} sign-offs, one for each of so many waiting releases, until all count`,
        ...{ value: round(signing), unit: 's', baseline: round(bareSigning), ratio: round(signing / bareSigning) },
        aim: 'at most 1.25 of as many bare workflows that wait for a signal',
      },
    ]);
    tell(await workersFigure(world, waiting));
  } finally {
    await world.close();
  }
}

/** The first page of runs by HTTP against the raw visibility query for as many; each once to warm up, then the median. */
async function listFigure({ client, apiUrl, token }: LoadWorld, waiting: number): Promise<Figure> {
  const headers = { authorization: `Bearer ${token}` };
  const byHttp = async () => {
    const answer = await fetch(`${apiUrl}/v1/runs`, { headers });
    const { runs } = (await answer.json()) as { runs?: unknown[] };
    if (runs?.length !== PAGE) throw new Error(`GET /v1/runs answered ${answer.status} with ${runs?.length} runs`);
  };
  const request = { namespace: 'default', query: visibilityQuery({ size: PAGE }), pageSize: PAGE };
  const raw = async () => void (await client.workflowService.listWorkflowExecutions(request));
  const [value, baseline] = await alternating(byHttp, raw);
  return {
    name: `first page of runs by HTTP, with ${waiting} runs in Temporal`,
    ...{ value: round(value), unit: 'ms', baseline: round(baseline), ratio: round(value / baseline) },
    aim: 'at most 3 times the raw visibility query',
  };
}

/** A sign-off until it counts: by HTTP, which answers then, against a raw signal and queries until one shows it. */
async function signOffFigure({ client, apiUrl, token }: LoadWorld, from: number): Promise<Figure> {
  let next = from;
  const byHttp = async () => {
    const id = encodeURIComponent(releaseId(next++));
    const answer = await fetch(`${apiUrl}/v1/runs/${id}/sign-offs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'tech-lead', decision: 'approve', ...SIGNED }),
    });
    if (answer.status !== 200) throw new Error(`the sign-off answered ${answer.status}: ${await answer.text()}`);
  };
  const raw = async () => {
    const handle = client.workflow.getHandle(releaseId(next++));
    await handle.signal('signOff', signOff('bench'));
    for (;;) {
      const { signOffs } = await handle.query<{ signOffs: readonly unknown[] }>('state');
      if (signOffs.length > 0) return;
    }
  };
  const [value, baseline] = await alternating(byHttp, raw, SIGN_OFFS);
  return {
    name: 'a sign-off by HTTP until it counts',
    ...{ value: round(value), unit: 'ms', baseline: round(baseline), ratio: round(value / baseline) },
    aim: 'at most 1.5 times a raw signal and query',
  };
}

/** How long so many releases take until they wait, by one worker process, two and four. */
async function workersFigure(world: LoadWorld, from: number): Promise<Figure[]> {
  const seconds: number[] = [];
  for (const [index, count] of [1, 2, 4].entries()) {
    const workers = await Promise.all(Array.from({ length: count }, () => world.worker('runs')));
    seconds.push(await startWaiting(world, 'runs', { from: from + index * SCALED, count: SCALED }));
    await Promise.all(workers.map((one) => one.end()));
  }
  const [one = Number.NaN, ...more] = seconds;
  return more.map((value, index) => ({
    name: `${SCALED} releases from their start until they wait for a sign-off, by ${[2, 4][index]} workers`,
    ...{ value: round(value), unit: 's', baseline: round(one), ratio: round(value / one) },
    aim: 'none: on one machine they share its cores with Temporal',
  }));
}

/** Medians in milliseconds, measured in turns, so that what else the machine does meets both. */
async function alternating(
  one: () => Promise<void>,
  other: () => Promise<void>,
  times = LOOKS,
): Promise<[number, number]> {
  const taken: [number[], number[]] = [[], []];
  for (let index = 0; index < times; index += 1) {
    for (const [side, act] of [one, other].entries()) {
      const began = performance.now();
      await act();
      taken[side]?.push(performance.now() - began);
    }
  }
  return [median(taken[0]), median(taken[1])];
}
