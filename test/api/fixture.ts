import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ApiDeps, createApi, type Runs } from '../../src/api/app.ts';
import { createArchive } from '../../src/clients/archive.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createAuditTrail } from '../../src/clients/audit-trail.ts';
import { createIdentityProvider } from '../../src/clients/identity-provider.ts';
import { createSessionStore } from '../../src/clients/sessions.ts';
import { openDirectory } from '../../src/config/directory.ts';
import { hashToken } from '../../src/config/tokens.ts';
import { createPages } from '../../src/dashboard/pages.ts';
import { openState } from '../../src/domain/run/state.ts';
import { breaches } from './contract.ts';
import { FakeRuns } from './fake-runs.ts';

export const COMMIT = 'a'.repeat(40);
export const MANIFEST = `sha256:${'b'.repeat(64)}` as const;
export const WEBHOOK_SECRET = 'hook-secret';

const ROLES: Record<string, string[]> = {
  rita: ['releaser'],
  tom: ['tech-lead'],
  vera: ['viewer'],
  otto: ['operator'],
  quinn: ['qa'],
  paula: ['product-owner'],
  sara: ['security'],
  anna: ['admin'],
  nora: [],
};

export interface ApiOptions extends Pick<ApiDeps, 'pace' | 'payloads' | 'streaming'> {
  /** Temporal is a fake unless this is given. */
  readonly real?: Runs;
  readonly now?: () => Date;
  /** Of an API that was there before. */
  readonly root?: string;
}

/** The API over its real configuration, archive and artifact store, in a folder of its own. */
export function openApi({ real, now, root: before, ...given }: ApiOptions = {}) {
  const root = before ?? mkdtempSync(join(tmpdir(), 'slipway-api-'));
  if (!existsSync(join(root, 'slipway.yaml'))) writeConfiguration(root);

  const directory = openDirectory(root, root);
  const archive = createArchive(join(root, 'archive'));
  const artifacts = createArtifactStore(join(root, 'artifacts'));
  const runs = new FakeRuns(async () => ({
    project: await directory.project('sample'),
    people: await directory.people(),
    unsignedSignals: 'accept',
  }));
  const audit = createAuditTrail(join(root, 'audit'));
  const lines: string[] = [];
  const keep = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  const api = createApi({
    runs: real ?? runs,
    directory,
    archive,
    artifacts,
    audit,
    identity: createIdentityProvider(),
    sessions: createSessionStore(join(root, 'sessions')),
    log: { info: keep, warn: keep, error: keep },
    pages: createPages,
    ...given,
    ...(now ? { now } : {}),
  });

  async function call(method: string, path: string, options: CallOptions = {}) {
    const { as = 'rita', body, key, headers = {} } = options;
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await api.app.request(path, {
      method,
      headers: {
        ...(as === null ? {} : { authorization: `Bearer token-of-${as}` }),
        ...json,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const { status, headers: answered } = response;
    const content = parsed(await response.text());
    expect(breaches({ method, path, status, headers: answered, body: content })).toEqual([]);
    return { status, headers: answered, body: content };
  }

  return {
    root,
    runs,
    archive,
    artifacts,
    audit,
    directory,
    lines,
    app: api.app,
    followed: api.followed,
    config: () => readFileSync(join(root, 'slipway.yaml'), 'utf8'),
    get: (path: string, options: CallOptions = {}) => call('GET', path, options),
    post: (path: string, body: unknown, options: CallOptions = {}) => call('POST', path, { ...options, body }),
    call,
    /** A release that waits for its sign-off. */
    async openRelease(version = '1.1.0') {
      const { runId } = await runs.start({
        id: `release:sample:${version}`,
        kind: 'release',
        requestKey: `key-of-${version}`,
        request: { schema: 1, project: 'sample', version, startedBy: 'rita' },
      });
      const { state } = runs.open.get(`release:sample:${version}`)!;
      Object.assign(state, { commit: COMMIT, manifest: { digest: MANIFEST, files: [], extras: [] }, phase: 'approve' });
      return { id: state.id, runId, state };
    },
    /** As the archive keeps a release that has ended. */
    oldRun(version: string) {
      const request = { schema: 1, project: 'sample', version, startedBy: 'rita' } as const;
      const identity = { id: `release:sample:${version}`, runId: randomUUID(), kind: 'release', request } as const;
      const state = openState({ ...identity, now: '2025-01-01T00:00:00.000Z' });
      return { ...state, phase: 'close', status: 'ended', outcome: 'released', endedAt: '2025-01-02T00:00:00.000Z' };
    },
    close() {
      api.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function writeConfiguration(root: string): void {
  mkdirSync(join(root, 'projects'));
  const people = Object.entries(ROLES).map(
    ([login, roles]) => `  - { login: ${login}, roles: [${roles}], tokens: [${hashToken(`token-of-${login}`)}] }`,
  );
  people.push(`  - { login: pia, projects: { sample: [viewer] }, tokens: [${hashToken('token-of-pia')}] }`);
  const service = ['unsignedSignals: accept', 'github: { webhookSecretFile: hook }', 'people:', ...people].join('\n');
  writeFileSync(join(root, 'slipway.yaml'), service);
  writeFileSync(join(root, 'hook'), WEBHOOK_SECRET);
  writeFileSync(
    join(root, 'projects/sample.yaml'),
    'repository: https://github.com/Acme/Sample.git\nsignOffs: { release: [tech-lead] }\n',
  );
}

function parsed(text: string) {
  return /^[[{]/.test(text) ? JSON.parse(text) : text || null;
}

export interface CallOptions {
  /** null: without a token. */
  as?: string | null;
  body?: unknown;
  key?: string;
  headers?: Record<string, string>;
}
