import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measured } from './bench/busy.ts';
import { plainScript } from './bench/plain-script.ts';
import { slipwayRelease } from './bench/slipway-release.ts';
import { startStage } from './bench/stage.ts';

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
  readonly ratio?: number;
  readonly aim: string;
}

const json = process.argv[process.argv.indexOf('--json') + 1];
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const stage = await startStage(folder);
try {
  console.log(
    'Slipway and a plain script, on the same sample, tools and sandbox; each once to warm the caches, then once measured',
  );
  await slipwayRelease(stage, 'warm-up');
  await plainScript(stage, 'warm-up');
  const script = await plainScript(stage, 'script');
  const watch = measured(stage);
  const slipway = await slipwayRelease(stage, 'measured');
  const { idleShare, peakMiB } = watch.end(slipway);
  const figures: Figure[] = [
    {
      name: 'prepare to publish, wall time',
      value: round(slipway.seconds),
      unit: 's',
      baseline: round(script.seconds),
      ratio: round(slipway.seconds / script.seconds),
      aim: 'ratio at most 0.6',
    },
    {
      name: 'wall time that is neither an outside command nor a remote answer',
      value: round(100 * idleShare),
      unit: '%',
      aim: 'at most 10 %',
    },
    { name: "a worker's peak memory", value: Math.round(peakMiB), unit: 'MiB', aim: 'at most 400 MiB' },
  ];
  for (const { name, value, unit, baseline, ratio, aim } of figures) {
    const against = baseline === undefined ? '' : `, the script ${baseline} ${unit}: ratio ${ratio}`;
    console.log(`${name}: ${value} ${unit}${against} (aim: ${aim})`);
  }
  if (process.argv.includes('--json') && json) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
