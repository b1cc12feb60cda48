import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { create, extract, list } from 'tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeBackup } from '../../src/node/backup.ts';
import { lockState } from '../../src/node/lock.ts';
import { otherVersions } from '../../src/node/manifest.ts';
import { restoreBackup, verifyBackup } from '../../src/node/restore.ts';

const OPTIONS = { secrets: false, temporal: '1.0.0' };
let folder: string;
let root: string;
let database: DatabaseSync;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
  root = join(folder, 'state');
  put('config/slipway.yaml', 'people: []\n');
  put('archive/runs/a/b.json', '{}');
  put('archive/runs/a/.c.partial', 'half');
  put(`artifacts/${artifact('wheel')}`, 'wheel');
  put('audit/2026-01-01.jsonl', '{}\n');
  put('credentials/PYPI_TOKEN', 'pypi-secret');
  put('private/node.key', 'signing-secret');
  put('workspaces/build/checkout', 'passing');
  mkdirSync(join(root, 'temporal'));
  database = new DatabaseSync(join(root, 'temporal/temporal.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE run (id TEXT)');
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

test('backup: holds what the database has committed, also what only its log has, while others have it open', async () => {
  database.exec("INSERT INTO run VALUES ('committed')");
  database.exec("BEGIN; INSERT INTO run VALUES ('not yet')");
  const { file } = await writeBackup(root, { ...OPTIONS, to: join(folder, 'one.tar.gz') });
  database.exec('COMMIT');
  const restored = join(folder, 'restored');
  await restoreBackup(file, restored, { force: false });
  expect(runsIn(restored)).toEqual(['committed']);
  expect(readFileSync(join(restored, 'artifacts', artifact('wheel')), 'utf8')).toBe('wheel');
  expect(readdirSync(restored).sort()).toEqual([
    ...['archive', 'artifacts', 'audit', 'config', 'lock', 'lock.pid', 'temporal'],
  ]);
  expect(readdirSync(root).filter((name) => name.startsWith('.backup'))).toEqual([]);
});

test('backup: what is half-written, and workspaces, are not in it; secrets only when asked for', async () => {
  const without = await writeBackup(root, { ...OPTIONS, to: folder });
  expect(await namesIn(without.file)).toEqual([
    ...['archive/runs/a/b.json', `artifacts/${artifact('wheel')}`, 'audit/2026-01-01.jsonl', 'config/slipway.yaml'],
    ...['manifest.json', 'temporal/temporal.db'],
  ]);
  const withThem = await writeBackup(root, { ...OPTIONS, secrets: true, to: join(folder, 'secrets.tar.gz') });
  expect(await namesIn(withThem.file)).toEqual(expect.arrayContaining(['credentials/PYPI_TOKEN', 'private/node.key']));
  expect(statSync(withThem.file).mode & 0o777).toBe(0o600);
});

test('backup: a file that is there is never written over, and a folder without a state is no backup', async () => {
  writeFileSync(join(folder, 'there'), 'precious');
  await expect(writeBackup(root, { ...OPTIONS, to: join(folder, 'there') })).rejects.toMatchObject({
    code: 'backup-not-written',
  });
  await expect(writeBackup(folder, { ...OPTIONS, to: join(folder, 'new') })).rejects.toMatchObject({
    code: 'backup-not-written',
  });
});

test.each([
  ['changed', (at: string) => writeFileSync(join(at, 'config/slipway.yaml'), 'people: [{login: mallory}]\n')],
  ['left out', (at: string) => rmSync(join(at, 'config/slipway.yaml'))],
  ['added', (at: string) => writeFileSync(join(at, 'config/other.yaml'), '')],
])('restore: a backup of which one file was %s is refused before anything is written', async (_, change) => {
  const { file } = await writeBackup(root, { ...OPTIONS, to: join(folder, 'one.tar.gz') });
  const broken = await packedAnew(file, change);
  const target = join(folder, 'restored');
  await expect(restoreBackup(broken, target, { force: true })).rejects.toMatchObject({ code: 'backup-broken' });
  expect(existsSync(target)).toBe(false);
});

test('restore: a backup that was cut off, and what is none, are refused', async () => {
  const { file } = await writeBackup(root, { ...OPTIONS, to: join(folder, 'one.tar.gz') });
  const cut = join(folder, 'cut.tar.gz');
  writeFileSync(cut, readFileSync(file).subarray(0, 700));
  await expect(verifyBackup(cut)).rejects.toMatchObject({
    code: expect.stringMatching(/^backup-(broken|unreadable)$/),
  });
  writeFileSync(cut, 'no archive at all');
  await expect(verifyBackup(cut)).rejects.toMatchObject({ code: 'backup-unreadable' });
});

test('restore: a manifest cannot lead out of the state, and another format is named with who wrote it', async () => {
  const { file } = await writeBackup(root, { ...OPTIONS, to: join(folder, 'one.tar.gz') });
  const with_ = (change: (manifest: { format: number; files: { path: string }[] }) => void) =>
    packedAnew(file, (at) => {
      const manifest = JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8'));
      change(manifest);
      writeFileSync(join(at, 'manifest.json'), JSON.stringify(manifest));
    });
  const outside = await with_(({ files }) => {
    files[0]!.path = '../outside';
  });
  await expect(verifyBackup(outside)).rejects.toMatchObject({ code: 'backup-unreadable' });
  const newer = await with_((manifest) => {
    manifest.format = 2;
  });
  await expect(verifyBackup(newer)).rejects.toThrow(
    /its format is 2, written by Slipway \d+\.\d+\.\d+; this one reads 1/,
  );
});

test('restore: a state that is there is kept unless forced, and then moved aside', async () => {
  const { file } = await writeBackup(root, { ...OPTIONS, to: join(folder, 'one.tar.gz') });
  const target = join(folder, 'restored');
  await restoreBackup(file, target, { force: false });
  writeFileSync(join(target, 'config/slipway.yaml'), 'edited since');
  await expect(restoreBackup(file, target, { force: false })).rejects.toMatchObject({ code: 'state-not-empty' });
  const { aside } = await restoreBackup(file, target, { force: true });
  expect(readFileSync(join(aside!, 'config/slipway.yaml'), 'utf8')).toBe('edited since');
  expect(readFileSync(join(target, 'config/slipway.yaml'), 'utf8')).toBe('people: []\n');
});

test('restore: not while a node works on that state', async () => {
  const { file } = await writeBackup(root, { ...OPTIONS, to: join(folder, 'one.tar.gz') });
  const target = join(folder, 'restored');
  mkdirSync(target);
  const unlock = lockState(join(target, 'lock'));
  await expect(restoreBackup(file, target, { force: true })).rejects.toThrow(
    `process ${process.pid} works on the state`,
  );
  unlock();
  await restoreBackup(file, target, { force: true });
});

test('restore: a backup of other versions is named, and of the same ones is not', () => {
  const ours = { slipway: '0.2.0', temporal: '1.9.1' };
  expect(otherVersions(ours, ours)).toEqual([]);
  expect(otherVersions({ slipway: '0.1.0', temporal: '1.8.0' }, ours)).toEqual([
    expect.stringContaining('of Slipway 0.1.0, this is 0.2.0'),
    expect.stringContaining('of the Temporal CLI 1.8.0'),
  ]);
});

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function artifact(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return `${hex.slice(0, 2)}/${hex.slice(2)}`;
}

function runsIn(state: string): unknown[] {
  const restored = new DatabaseSync(join(state, 'temporal/temporal.db'));
  const rows = restored.prepare('SELECT id FROM run').all();
  restored.close();
  return rows.map(({ id }) => id);
}

async function namesIn(file: string): Promise<string[]> {
  const names: string[] = [];
  await list({ file, onReadEntry: (entry) => void names.push(entry.path) });
  return names.sort();
}

async function packedAnew(file: string, change: (at: string) => void): Promise<string> {
  const at = mkdtempSync(join(folder, 'opened-'));
  await extract({ file, cwd: at });
  change(at);
  const broken = `${at}.tar.gz`;
  await create({ file: broken, gzip: true, cwd: at }, readdirSync(at));
  return broken;
}
