import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measured } from './bench/busy.ts';
import { type Figure, round } from './bench/figure.ts';
import { historyFigures } from './bench/history.ts';
import { killedWorkerFigure } from './bench/killed-worker.ts';
import { loadFigures } from './bench/load/figures.ts';
import { plainScript } from './bench/plain-script.ts';
import { slipwayRelease } from './bench/slipway-release.ts';
import { startStage } from './bench/stage.ts';

/**
 * npm run bench [-- --json FILE] [--waiting N] [--only release | load]
 *
 * Every figure and its baseline are from this one run. `--waiting`: how many releases wait for a sign-off at once.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    waiting: { type: 'string', default: '2000' },
    only: { type: 'string' },
  },
});
const waiting = Number(values.waiting);
if (!Number.isInteger(waiting) || waiting < 200) throw new Error('--waiting: write a whole number from 200');

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const figures: Figure[] = [];
try {
  if (values.only !== 'load') tell(await releaseFigures());
  if (values.only !== 'release') await loadFigures(folder, waiting, tell);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

function tell(found: readonly Figure[]): void {
  figures.push(...found);
  for (const { name, value, unit, baseline, ratio, aim } of found) {
    const against = baseline === undefined ? '' : `, against ${baseline} ${unit}: ratio ${ratio}`;
    console.log(`${name}: ${value} ${unit}${against} (aim: ${aim})`);
  }
}

async function releaseFigures(): Promise<Figure[]> {
  const [first, firstSeconds] = await timed(() => startStage(folder));
  const found: Figure[] = [];
  try {
    console.log(
      'Slipway and a plain script, on the same sample, tools and sandbox; each once to warm the caches, then once measured',
    );
    await slipwayRelease(first, 'warm-up');
    await plainScript(first, 'warm-up');
    const script = await plainScript(first, 'script');
    const watch = measured(first);
    const slipway = await slipwayRelease(first, 'measured');
    const { idleShare, peakMiB } = watch.end(slipway);
    found.push(
      {
        name: 'prepare to publish, wall time',
        ...{ value: round(slipway.seconds), unit: 's', baseline: round(script.seconds) },
        ratio: round(slipway.seconds / script.seconds),
        aim: 'ratio to the script at most 0.6',
      },
      {
        name: 'wall time that is neither an outside command nor a remote answer',
        ...{ value: round(100 * idleShare), unit: '%', aim: 'at most 10 %' },
      },
      { name: "a worker's peak memory", value: Math.round(peakMiB), unit: 'MiB', aim: 'at most 400 MiB' },
      ...(await historyFigures(first, slipway)),
      await killedWorkerFigure(first),
    );
  } finally {
    await first.close();
  }
  const [second, secondSeconds] = await timed(() => startStage(folder));
  await second.close();
  const starts = { value: round(secondSeconds), unit: 's', baseline: round(firstSeconds) };
  const aim = 'none: a few seconds';
  return [
    ...found,
    { name: "the sandbox's second start, on its state", ...starts, ratio: round(secondSeconds / firstSeconds), aim },
  ];
}

async function timed<T>(act: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  return [await act(), (performance.now() - began) / 1000];
}
