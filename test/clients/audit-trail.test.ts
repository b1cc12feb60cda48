import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createAuditTrail } from '../../src/clients/audit-trail.ts';
import type { AuditEntry } from '../../src/domain/audit.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-audit-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const folder = () => join(root, String(folders++));
const entry = (id: string, day = '2026-01-01'): AuditEntry => ({
  ...{ id, at: `${day}T12:00:00.000Z`, what: 'pause', by: 'rita', means: 'token', verdict: 'accepted', requestId: id },
  from: { address: null, agent: null },
});

test('audit trail: what was added is there for another process, a file for each day, the last day first', async () => {
  const place = folder();
  for (const one of [entry('a'), entry('b', '2026-01-02'), entry('c')]) await createAuditTrail(place).add(one);
  const trail = createAuditTrail(place);
  expect(await trail.days()).toEqual(['2026-01-02', '2026-01-01']);
  expect(await trail.entriesOf('2026-01-01')).toEqual([entry('a'), entry('c')]);
  expect(readdirSync(place)).toEqual(['2026-01-01.jsonl', '2026-01-02.jsonl']);
});

test('audit trail: a line that a crash cut off takes no other line with it', async () => {
  const place = folder();
  const trail = createAuditTrail(place);
  await trail.add(entry('a'));
  appendFileSync(join(place, '2026-01-01.jsonl'), '{"id":"cut o');
  await trail.add(entry('b'));
  expect(await trail.entriesOf('2026-01-01')).toEqual([entry('a'), entry('b')]);
});

test('audit trail: entries that are added at the same time are all there', async () => {
  const place = folder();
  const ids = Array.from({ length: 50 }, (_, index) => String(index).padStart(2, '0'));
  await Promise.all(ids.map((id) => createAuditTrail(place).add(entry(id))));
  const kept = (await createAuditTrail(place).entriesOf('2026-01-01')).map(({ id }) => id);
  expect(kept.toSorted()).toEqual(ids);
});

test('audit trail: a day without entries is empty', async () => {
  const trail = createAuditTrail(folder());
  expect([await trail.days(), await trail.entriesOf('2026-01-01')]).toEqual([[], []]);
});
