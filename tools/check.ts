/** `npm test`: types, lint and every test, each with its time; the last line counts them. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from './setup/places.mjs';

const SLOWEST = 25;

type Count = { passed: number; failed: number; skipped: number };

const counts = [
  check('types', 'tsc', ['--noEmit']),
  check('lint', 'biome', ['check', '--error-on-warnings', '.']),
  tests(),
];
const sum = (name: keyof Count) => counts.reduce((total, count) => total + count[name], 0);
const skipped = sum('skipped');
process.exitCode = sum('failed') > 0 ? 1 : 0;
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);

function check(what: string, program: string, args: string[]): Count {
  const ok = timed(what, program, args);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** The numbers are the runner's own; what it could not even count (a crash, an error outside any test) is one failure more. */
function tests(): Count {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-check-'));
  const report = join(folder, 'report.json');
  try {
    const ok = timed('tests', 'vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ]);
    tellSlowest(report);
    const count = countedIn(report);
    return ok || count.failed > 0 ? count : { ...count, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the time goes: `npm test` is to stay short. */
function tellSlowest(report: string): void {
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { name: string; startTime: number; endTime: number }[];
    };
    const taken = testResults.map(({ name, startTime, endTime }) => ({
      file: relative(root, name),
      seconds: (endTime - startTime) / 1000,
    }));
    console.log('\n── the slowest files:');
    for (const { file, seconds } of taken.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST))
      console.log(`${seconds.toFixed(1).padStart(8)} s  ${file}`);
  } catch {
    // a report that cannot be read is counted as a failure
  }
}

function countedIn(report: string): Count {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const broken = (testResults as { status: string; assertionResults: { status: string }[] }[]).filter(
      (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
    ).length;
    return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function timed(what: string, program: string, args: string[]): boolean {
  const began = Date.now();
  console.log(
    `\n── ${what}: ${program} ${args.filter((arg) => !arg.startsWith('--reporter') && !arg.startsWith('--output')).join(' ')}`,
  );
  // By path on this very Node: an "npx" would start the one on the PATH, which may be too old.
  const { status, error } = spawnSync(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: onThisNode(),
  });
  if (error) console.error(error.message);
  console.log(`── ${what}: ${status === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return status === 0;
}

/** Programs in node_modules/.bin ask the PATH for their node; a log is no terminal, whatever they think. */
function onThisNode(): NodeJS.ProcessEnv {
  return {
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
    ...process.env,
    PATH: `${join(process.execPath, '..')}:${process.env.PATH ?? ''}`,
  };
}
