import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type IndexOptions, type SandboxIndex, startIndex } from '../../src/sandbox/index/start.ts';
import { Journal } from '../../src/sandbox/journal.ts';
import type { Distribution } from '../support/distribution.ts';

export const ANN = 'pypi-of-ann';
export const BOB = 'pypi-of-bob';
export const SCOPED = 'pypi-of-ann-for-another-project';

export interface World {
  folder: string;
  journal: Journal;
  index: SandboxIndex;
  clock: Date;
  start(options?: Partial<IndexOptions>): Promise<SandboxIndex>;
  upload(file: Distribution, fields?: Fields, token?: string): Promise<Response>;
  /** What the simple page says, in JSON. */
  simple(name?: string): Promise<Response>;
  json(version?: string, name?: string): Promise<Response>;
}

export type Fields = Record<string, string | File | undefined>;

/** An index of its own for each test: ann owns what she uploads, bob has a token as well. */
export function freshIndex(): World {
  const world = { start, upload, simple, json } as World;

  async function start(options: Partial<IndexOptions> = {}) {
    world.index = await startIndex({
      name: 'pypi',
      server: 'index',
      state: join(world.folder, 'state'),
      tokens: { [ANN]: { user: 'ann' }, [BOB]: { user: 'bob' }, [SCOPED]: { user: 'ann', projects: ['another'] } },
      people: { ann: 'password-of-ann', bob: 'password-of-bob' },
      journal: world.journal,
      now: () => world.clock,
      ...options,
    });
    return world.index;
  }

  function upload(file: Distribution, fields: Fields = {}, token = ANN) {
    const form = new FormData();
    for (const [key, value] of Object.entries({ ...fieldsOf(file), ...fields })) {
      if (value !== undefined) form.append(key, value);
    }
    const authorization = `Basic ${Buffer.from(`__token__:${token}`).toString('base64')}`;
    return fetch(world.index.uploadUrl, { method: 'POST', body: form, headers: { authorization } });
  }

  function simple(name = 'sample') {
    const headers = { accept: 'application/vnd.pypi.simple.v1+json' };
    return fetch(`${world.index.simpleUrl}${name}/`, { headers });
  }

  function json(version = '1.2.0', name = 'sample') {
    return fetch(`${world.index.jsonUrl}/${name}/${version}/json`);
  }

  beforeEach(async () => {
    world.folder = mkdtempSync(join(tmpdir(), 'index-'));
    world.journal = new Journal();
    world.clock = new Date('2026-03-01T12:00:00Z');
    await start();
  });
  afterEach(async () => {
    await world.index.close();
    rmSync(world.folder, { recursive: true });
  });
  return world;
}

/** As twine fills it in. */
function fieldsOf({ file, filename }: Distribution): Fields {
  const content = readFileSync(file);
  const [name = '', version = ''] = filename.replace(/\.tar\.gz$/, '').split('-');
  const wheel = filename.endsWith('.whl');
  return {
    ':action': 'file_upload',
    protocol_version: '1',
    metadata_version: '2.1',
    name,
    version,
    filetype: wheel ? 'bdist_wheel' : 'sdist',
    pyversion: wheel ? 'py3' : 'source',
    requires_python: '>=3.9',
    sha256_digest: createHash('sha256').update(content).digest('hex'),
    content: new File([content], filename, { type: 'application/octet-stream' }),
  };
}
