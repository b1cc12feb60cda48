import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Advisories, startAdvisories } from '../../src/sandbox/advisories.ts';
import { Journal } from '../../src/sandbox/journal.ts';
import { runTool } from '../support/run-tool.ts';

let folder: string;
let journal: Journal;
let advisories: Advisories;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'advisories-'));
  journal = new Journal();
  advisories = await startAdvisories({ journal });
});

afterEach(async () => {
  await advisories.close();
  rmSync(folder, { recursive: true });
});

const LEAK = { id: 'PYSEC-2026-1', package: 'Some.Thing', versions: '>=1.0,<1.4.2', fixed: '1.4.2', summary: 'leaks' };

async function audit(version: string) {
  const info = join(folder, 'site', `some_thing-${version}.dist-info`);
  mkdirSync(info, { recursive: true });
  writeFileSync(join(info, 'METADATA'), `Metadata-Version: 2.1\nName: some-thing\nVersion: ${version}\n`);
  const args = ['-s', 'osv', '--osv-url', advisories.osvUrl, '--path', join(folder, 'site'), '-S', '-f', 'json'];
  return runTool('pip-audit', [...args, '--progress-spinner', 'off'], { cwd: folder });
}

async function query(version: string, name = 'some-thing') {
  const body = JSON.stringify({ package: { name, ecosystem: 'PyPI' }, version });
  return fetch(advisories.osvUrl, { method: 'POST', body });
}

test('advisories: pip-audit finds a weakness in the versions concerned, with the version that fixes it', async () => {
  advisories.publish([LEAK]);

  const found = await audit('1.4.1');

  expect(found.code).toBe(1);
  expect(found.output).toContain('"id": "PYSEC-2026-1", "fix_versions": ["1.4.2"]');
});

test('advisories: pip-audit passes a version that nobody has warned of', async () => {
  advisories.publish([LEAK]);

  const found = await audit('1.4.2');

  expect(found).toMatchObject({ code: 0, output: expect.stringContaining('"vulns": []') });
});

test.each([
  ['0.9', 0],
  ['1.0', 1],
  ['1.4.2rc1', 0],
  ['1.4.1rc1', 1],
  ['1.4.2', 0],
])('advisories: version %s is concerned by %i of >=1.0,<1.4.2', async (version, count) => {
  advisories.publish([LEAK]);

  const { vulns = [] } = (await query(version).then((answer) => answer.json())) as { vulns?: unknown[] };

  expect(vulns).toHaveLength(count);
});

test('advisories: what is published later holds at once, also from another process', async () => {
  const published = await fetch(`${advisories.url}/_sandbox/advisories`, {
    method: 'PUT',
    body: JSON.stringify([LEAK]),
  });

  expect(published.status).toBe(204);
  expect(await query('1.1').then((answer) => answer.json())).toMatchObject({ vulns: [{ id: 'PYSEC-2026-1' }] });
  expect(await query('1.1', 'other').then((answer) => answer.json())).toEqual({});
});

test('advisories: an unreadable query is refused, and a planned fault strikes', async () => {
  expect((await fetch(advisories.osvUrl, { method: 'POST', body: '{"version": "1"}' })).status).toBe(400);
  expect((await fetch(`${advisories.url}/_sandbox/advisories`, { method: 'PUT', body: '[{}]' })).status).toBe(422);

  journal.fault({ server: 'advisories', when: 'before', status: 500, times: 1 });
  expect((await query('1.1')).status).toBe(500);
  expect((await query('1.1')).status).toBe(200);
});
