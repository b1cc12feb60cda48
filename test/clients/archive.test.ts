import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Archive } from '../../src/activities/ports.ts';
import { archiveOf, createArchive } from '../../src/clients/archive.ts';
import { openBucket } from '../../src/clients/s3/bucket.ts';
import { s3Records } from '../../src/clients/s3/records.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const first = { id: 'release:sample:1.0.0', runId: 'a', startedAt: '2026-01-01T00:00:00.000Z', status: 'failed' };
const second = { id: 'release:sample:1.0.0', runId: 'b', startedAt: '2026-01-02T00:00:00.000Z', status: 'closed' };
const other = { id: 'release:sample-two:1.0.0', runId: 'c', startedAt: '2026-01-03T00:00:00.000Z', status: 'closed' };

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3?.close());

const places: Record<string, () => Promise<() => Archive>> = {
  folder: async () => () => createArchive(folder),
  async S3() {
    const place = await s3.place();
    return () => archiveOf(s3Records(openBucket(place)));
  },
};

describe.each(Object.keys(places))('archive (%s)', (kind) => {
  let open: () => Archive;
  beforeEach(async () => {
    open = await places[kind]!();
  });

  test('an id answers its newest run, and each of its runs by its own number', async () => {
    const archive = open();
    for (const record of [second, first]) await archive.putRun(record);
    expect(await archive.run(first.id)).toEqual(second);
    expect(await open().run(first.id, 'a')).toEqual(first);
    expect(await archive.run(first.id, 'nope')).toBeUndefined();
    expect(await archive.run('release:nope:1.0.0')).toBeUndefined();
  });

  test('the last record of a run holds', async () => {
    const archive = open();
    await archive.putRun(first);
    await archive.putRun({ ...first, status: 'released' });
    expect(await archive.run(first.id)).toMatchObject({ status: 'released' });
    expect(await archive.runs()).toHaveLength(1);
  });

  test('runs come newest first, of one project only when asked', async () => {
    const archive = open();
    expect(await archive.runs()).toEqual([]);
    for (const record of [first, other, second]) await archive.putRun(record);
    expect((await archive.runs()).map(({ runId }) => runId)).toEqual(['c', 'b', 'a']);
    expect((await archive.runs({ project: 'sample' })).map(({ runId }) => runId)).toEqual(['b', 'a']);
    expect((await archive.runs({ idPrefix: 'release:sample-t' })).map(({ runId }) => runId)).toEqual(['c']);
  });

  test('ids that look like paths or alike have a record each', async () => {
    const archive = open();
    const ids = ['../../x', '..', 'a/b', 'a:b', 'a b', `${'x'.repeat(900)}1`, `${'x'.repeat(900)}2`, 'Ü'];
    for (const id of ids) await archive.putRun({ id, runId: '../r' });
    for (const id of ids) expect(await archive.run(id, '../r')).toEqual({ id, runId: '../r' });
  });

  test('of many who claim a key at once, one wins and all see its value', async () => {
    const archives = Array.from({ length: 20 }, () => open());
    const answers = await Promise.all(archives.map((archive, by) => archive.claim('key', { by })));
    expect(new Set(answers.map(({ by }) => by)).size).toBe(1);
    expect(await open().claim('key', { by: 'late' })).toEqual(answers[0]);
  });
});
