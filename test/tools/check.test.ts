import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-check-test-'));
  cpSync('tools', join(folder, 'tools'), { recursive: true });
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  program('tsc', 'exit 0');
  program('biome', 'exit 0');
  vitest({ numPassedTests: 5 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, does: string): void {
  const file = join(folder, 'node_modules/.bin', name);
  writeFileSync(file, `#!/bin/sh\n${does}\n`);
  chmodSync(file, 0o755);
}

function vitest(report: object, code = 0): void {
  const whole = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    ...report,
  };
  writeFileSync(join(folder, 'report.json'), JSON.stringify(whole));
  program(
    'vitest',
    `for a in "$@"; do case "$a" in --outputFile.json=*) cp "${folder}/report.json" "\${a#*=}";; esac; done; exit ${code}`,
  );
}

function check() {
  const { stdout, status } = spawnSync(process.execPath, [join(folder, 'tools/check.ts')], { encoding: 'utf8' });
  return { last: stdout.trimEnd().split('\n').at(-1), status };
}

test('npm test: types, lint and every test count, and the last line says how many', () => {
  expect(check()).toEqual({ last: '7 passed, 0 failed', status: 0 });
});

test('npm test: tests that were left out are said', () => {
  vitest({ numPassedTests: 5, numPendingTests: 1, numTodoTests: 1 });
  expect(check()).toEqual({ last: '7 passed, 0 failed, 2 skipped', status: 0 });
});

test('npm test: wrong types alone fail it', () => {
  program('tsc', 'exit 2');
  expect(check()).toEqual({ last: '6 passed, 1 failed', status: 1 });
});

test('npm test: a test file that does not load is a failure, though none of its tests ran', () => {
  vitest({ numPassedTests: 5, testResults: [{ status: 'failed', assertionResults: [] }] }, 1);
  expect(check()).toEqual({ last: '7 passed, 1 failed', status: 1 });
});

test('npm test: an error outside of every test is a failure', () => {
  vitest({ numPassedTests: 5 }, 1);
  expect(check()).toEqual({ last: '7 passed, 1 failed', status: 1 });
});

test('npm test: a runner that dies before it reports is a failure', () => {
  program('vitest', 'kill -9 $$');
  expect(check()).toEqual({ last: '2 passed, 1 failed', status: 1 });
});
