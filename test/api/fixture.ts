import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ApiDeps, createApi, type Runs } from '../../src/api/app.ts';
import { ensureSchedules } from '../../src/api/ensure-schedules.ts';
import type { Schedules } from '../../src/api/schedules-port.ts';
import { createArchive } from '../../src/clients/archive.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createAuditTrail } from '../../src/clients/audit-trail.ts';
import { createIdentityProvider } from '../../src/clients/identity-provider.ts';
import { createSessionStore } from '../../src/clients/sessions.ts';
import { type FileDirectory, openDirectory } from '../../src/config/directory.ts';
import { hashToken } from '../../src/config/tokens.ts';
import { createPages } from '../../src/dashboard/pages.ts';
import { openState } from '../../src/domain/run/state.ts';
import { createApiMeasures } from '../../src/observation/api-measures.ts';
import { breaches } from './contract.ts';
import { FakeRuns } from './fake-runs.ts';
import { FakeSchedules } from './fake-schedules.ts';

export const COMMIT = 'a'.repeat(40);
export const MANIFEST = `sha256:${'b'.repeat(64)}` as const;
export const WEBHOOK_SECRET = 'hook-secret';

/** Other names than here, so that nobody is known by a login that happens to be the same. */
const ON_GITHUB: Record<string, string> = { tom: 'tom-on-github', quinn: 'quinn-gh', vera: 'vera-gh' };

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
  readonly realSchedules?: (directory: FileDirectory) => Schedules;
  readonly now?: () => Date;
  /** Of an API that was there before. */
  readonly root?: string;
}

/** The API over its real configuration, archive and artifact store, in a folder of its own. */
export function openApi({ real, realSchedules, now, root: before, ...given }: ApiOptions = {}) {
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
  const schedules = realSchedules?.(directory) ?? new FakeSchedules();
  const audit = createAuditTrail(join(root, 'audit'));
  const serving = { workers: { workflows: 1, build: 1, publish: 1 }, free: 1024 ** 3 };
  const lines: string[] = [];
  const keep = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  const log = { info: keep, warn: keep, error: keep };
  const api = createApi({
    runs: real ?? runs,
    schedules,
    directory,
    archive,
    artifacts,
    audit,
    identity: createIdentityProvider(),
    sessions: createSessionStore(join(root, 'sessions')),
    log,
    workers: async () => serving.workers,
    disk: { free: async () => serving.free, least: 1024 },
    measures: createApiMeasures(),
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
    schedules,
    /** As the API does when it starts. */
    ensureSchedules: () => ensureSchedules({ directory, schedules, log, ...(now ? { now } : {}) }),
    archive,
    artifacts,
    audit,
    directory,
    lines,
    serving,
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
    ([login, roles]) =>
      `  - { login: ${login}, ${ON_GITHUB[login] ? `github: ${ON_GITHUB[login]}, ` : ''}roles: [${roles}], tokens: [${hashToken(`token-of-${login}`)}] }`,
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
