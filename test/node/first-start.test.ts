import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDirectory } from '../../src/config/directory.ts';
import { hashToken } from '../../src/config/tokens.ts';
import { refusalByRole } from '../../src/domain/authority.ts';
import {
  ensureSigningKey,
  firstToken,
  makeConfiguration,
  writeBuildConfiguration,
} from '../../src/node/first-start.ts';
import { makeFolders, type NodePlaces, nodeFolder, nodePlaces } from '../../src/node/places.ts';
import { copyBeforeAnotherVersion } from '../../src/node/temporal.ts';

let places: NodePlaces;
const UI = { temporalUi: 'http://127.0.0.1:8233/namespaces/default' };
const file = () => join(places.config, 'slipway.yaml');
const inFile = () => readFileSync(file(), 'utf8');

beforeEach(() => {
  places = nodePlaces(mkdtempSync(join(tmpdir(), 'slipway-first-')));
  makeFolders(places);
});

afterEach(() => rmSync(places.root, { recursive: true, force: true }));

test('node: its state lies where programs keep theirs, never in a repository', () => {
  expect(nodeFolder({ HOME: '/home/ada' })).toBe('/home/ada/.local/state/slipway');
  expect(nodeFolder({ HOME: '/home/ada', XDG_STATE_HOME: '/state' })).toBe('/state/slipway');
  expect(nodeFolder({ HOME: '/home/ada', SLIPWAY_STATE: '/srv/slipway' })).toBe('/srv/slipway');
});

test('first start: slipway.yaml has no fault, and its one person may do all that a lone maintainer must', async () => {
  makeConfiguration(places, UI);
  ensureSigningKey(places);
  const directory = openDirectory(places.config);
  expect(await directory.faults()).toEqual([]);
  expect(await directory.signingFaults()).toEqual([]);
  expect((await directory.signatures()).unsignedSignals).toBe('refuse');
  const { token, login, file: tokenFile } = firstToken(places)!;
  expect(inFile()).toContain(hashToken(token));
  expect(inFile()).not.toContain(token);
  expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
  const person = { login, roles: ['releaser', 'operator', 'admin'] as const };
  for (const act of ['start', 'sign', 'decide', 'control', 'watch', 'audit'] as const)
    expect(refusalByRole(person, act)).toBeUndefined();
});

test('first start: what is there already is left as it is', () => {
  writeFileSync(file(), 'people: []\nunsignedSignals: accept\n');
  makeConfiguration(places, UI);
  expect(inFile()).toBe('people: []\nunsignedSignals: accept\n');
  expect(firstToken(places)).toBeUndefined();
});

test('a signing key that is gone is replaced, and what the old one signed still counts', async () => {
  makeConfiguration(places, UI);
  const old = ensureSigningKey(places, new Date('2026-01-01'))!;
  writeFileSync(file(), `${inFile()}# a remark\n`);
  expect(ensureSigningKey(places)).toBeUndefined();
  rmSync(places.private, { recursive: true });
  const made = ensureSigningKey(places, new Date('2026-02-01'))!;
  const directory = openDirectory(places.config);
  expect(await directory.faults()).toEqual([]);
  expect(await directory.signingKey()).toMatchObject({ kid: made });
  expect(Object.keys((await directory.signatures()).keys)).toEqual([old, made]);
  expect(inFile()).toContain('# a remark');
});

test('a signing key that its owner keeps elsewhere is nobody else’s to replace', () => {
  const text = 'signatures:\n  key: /run/secrets/signing-key\n';
  writeFileSync(file(), text);
  expect(ensureSigningKey(places)).toBeUndefined();
  expect(inFile()).toBe(text);
});

test('the build worker is told of indexes, and of nothing else', () => {
  makeConfiguration(places, UI);
  ensureSigningKey(places);
  writeFileSync(
    file(),
    `${inFile()}indexes:\n  ours: { uploadUrl: https://a.example/, simpleUrl: https://b.example/ }\n`,
  );
  writeBuildConfiguration(places);
  expect(readFileSync(join(places.buildConfig, 'slipway.yaml'), 'utf8')).toBe(
    'unsignedSignals: accept\nindexes:\n  ours:\n    uploadUrl: https://a.example/\n    simpleUrl: https://b.example/\n',
  );
});

test('before another version of Temporal opens the database for the first time, it is copied', async () => {
  mkdirSync(join(places.root, 'temporal'));
  const database = new DatabaseSync(places.temporal);
  database.exec("CREATE TABLE run (id TEXT); INSERT INTO run VALUES ('open')");
  database.close();
  expect(await copyBeforeAnotherVersion(places, '1.0.0 (Server 1.0)')).toBeUndefined();
  expect(await copyBeforeAnotherVersion(places, '1.0.0 (Server 1.0)')).toBeUndefined();
  const copy = await copyBeforeAnotherVersion(places, '1.1.0 (Server 1.1)');
  expect(copy).toBe(`${places.temporal}.of-1.0.0`);
  expect(existsSync(copy!)).toBe(true);
  expect(await copyBeforeAnotherVersion(places, '1.1.0 (Server 1.1)')).toBeUndefined();
});
