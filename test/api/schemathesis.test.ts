import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { signerWith } from '../../src/api/signing.ts';
import { temporalRuns } from '../../src/api/temporal-runs.ts';
import { temporalSchedules } from '../../src/api/temporal-schedules.ts';
import { baseEnvironment, run } from '../../src/clients/command.ts';
import { ensureTestTools } from '../../tools/setup/python-tools.ts';
import { project, releaseActivities } from '../support/release-activities.ts';
import { type Harness, harness } from '../support/temporal.ts';
import { openApi } from './fixture.ts';

/** Examples and edges end by themselves; inventing requests ends when the time of all is up. */
const SECONDS = 25;
const SEED = 20260101;

let world: Harness;
let api: ReturnType<typeof openApi>;
let server: ServerType;
let programs: string;

beforeAll(async () => {
  programs = await ensureTestTools();
  const { publish, build } = releaseActivities(project('signOffs: { release: [tech-lead] }'));
  const freeze: typeof publish.freeze = async (input) => {
    return { ...(await publish.freeze(input)), people: await api.directory.people('sample') };
  };
  world = await harness({ build, publish: { ...publish, freeze, ensureInLane: async () => undefined } });
  const signer = signerWith(async () => undefined);
  api = openApi({
    real: temporalRuns(world.client),
    realSchedules: (directory) => temporalSchedules(world.client, { signer, signatures: () => directory.signatures() }),
    streaming: { lastsMs: 200 },
  });
  server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
});
afterAll(async () => {
  server?.close();
  api?.close();
  await world?.close();
});

test('API: whatever it is sent, it does not break, and its answers are those that its document describes', async () => {
  await api.post('/v1/releases', { project: 'sample', version: '1.2.0' });
  await vi.waitFor(
    async () => {
      const { body } = await api.get('/v1/runs/release:sample:1.2.0');
      expect(body.waitingFor).toMatchObject([{ kind: 'sign-off' }]);
    },
    { timeout: 20_000, interval: 100 },
  );

  const folder = mkdtempSync(join(tmpdir(), 'slipway-schemathesis-'));
  const { port } = server.address() as AddressInfo;
  const checks = [
    ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_headers_conformance'],
    ...[
      'response_schema_conformance',
      'unsupported_method',
      'allow_header_conformance',
      'ignored_auth',
      'negative_data_rejection',
    ],
  ];
  const args = [
    ...['run', `http://127.0.0.1:${port}/openapi.json`, '--header', 'Authorization: Bearer token-of-rita'],
    ...['--checks', checks.join(','), '--phases', 'examples,coverage,fuzzing', '--max-time', String(SECONDS)],
    ...['--seed', String(SEED), '--generation-database', 'none', '--exclude-path', '/v1/audit', '--no-color'],
    ...['--request-timeout', '10', '--warnings', 'off', '--continue-on-failure'],
  ];
  try {
    const options = { cwd: folder, env: { ...baseEnvironment(), HOME: folder }, timeoutSeconds: 120 };
    const end = await run(join(programs, 'schemathesis'), args, options);
    expect(end.exitCode, `${end.stdout}${end.stderr}`).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
