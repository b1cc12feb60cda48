import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connectWhenUp } from '../../src/temporal/connection.ts';
import { type DevServer, type DevServerOptions, startDevServer } from '../../src/temporal/dev-server.ts';
import { freePort } from '../../src/temporal/free-port.ts';
import { ensureSearchAttributes, SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes.ts';

let shared: DevServer;
let sharedFolder: string;
let folder: string;
const servers: DevServer[] = [];
const connections: Connection[] = [];

beforeAll(async () => {
  sharedFolder = newFolder();
  shared = await start(sharedFolder, { uiPort: await freePort() });
});
afterAll(async () => {
  await shared?.end();
  rmSync(sharedFolder, { recursive: true, force: true });
});
beforeEach(() => {
  folder = newFolder();
});
afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  await Promise.all(servers.splice(0).map((server) => server.end()));
  rmSync(folder, { recursive: true, force: true });
});

type Ports = Pick<DevServerOptions, 'port' | 'uiPort'>;

const newFolder = () => mkdtempSync(join(tmpdir(), 'slipway-dev-server-'));

function start(state: string, ports: Ports): Promise<DevServer> {
  const databaseFile = join(state, 'state/temporal.db');
  return startDevServer({ databaseFile, logFile: join(state, 'logs/temporal.log'), uiPort: null, ...ports });
}

async function started(ports: Ports = {}): Promise<DevServer> {
  const server = await start(folder, ports);
  servers.push(server);
  return server;
}

async function connected({ address }: DevServer): Promise<Connection> {
  const connection = await Connection.connect({ address });
  connections.push(connection);
  return connection;
}

const begin = (connection: Connection, workflowId: string) =>
  new Client({ connection }).workflow.start('release', { taskQueue: 'slipway', workflowId });
const kill = (pid: number) => process.kill(-pid, 'SIGKILL');

test('dev server: an open run is still there after the server was killed and started again on the same file', async () => {
  const first = await started();
  const { firstExecutionRunId } = await begin(await connected(first), 'release:sample:1.2.0');
  kill(first.pid);
  await first.exited;

  const second = new Client({ connection: await connected(await started()) });
  const { runId, status } = await second.workflow.getHandle('release:sample:1.2.0').describe();
  expect({ runId, status: status.name }).toEqual({ runId: firstExecutionRunId, status: 'RUNNING' });
});

test('dev server: it ends with the process that started it, even if that is killed', async () => {
  const options = { databaseFile: join(folder, 'temporal.db'), logFile: join(folder, 'temporal.log'), uiPort: null };
  const script = `const { startDevServer } = await import(${JSON.stringify(pathToFileURL('src/temporal/dev-server.ts').href)});
    console.log((await startDevServer(${JSON.stringify(options)})).pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(-Number(line), 0)).toThrow('ESRCH'), { timeout: 10_000 });
});

test('dev server: it writes ahead, listens on this machine alone, and shows its UI where it says', async () => {
  expect(shared.address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect((await fetch(shared.uiAddress!)).status).toBe(200);
  expect(existsSync(join(sharedFolder, 'state/temporal.db-wal'))).toBe(true);
});

test('dev server: a closed run stays for weeks, not for a day', async () => {
  const { workflowService } = await connected(shared);
  const { config } = await workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBeGreaterThanOrEqual(30 * 86_400);
});

test('dev server: a port that is taken is refused, another Temporal server behind it as well', async () => {
  const port = Number(shared.address.split(':')[1]);
  await expect(started({ port })).rejects.toThrow(`Port ${port} is not to be had`);
  await expect(started({ uiPort: port })).rejects.toThrow(`Port ${port} is not to be had`);
});

test('dev server: one that does not come up is said with its last words and its log', async () => {
  const starting = startDevServer({
    databaseFile: folder, // a folder is no database
    logFile: join(folder, 'temporal.log'),
    uiPort: null,
  });
  await expect(starting).rejects.toThrow(/did not come up[\s\S]*temporal\.log/);
  expect(readFileSync(join(folder, 'temporal.log'), 'utf8')).not.toBe('');
});

test('search attributes: they are there after each start, of the type that is needed, however often', async () => {
  const connection = await connected(shared);
  await ensureSearchAttributes(connection, 'default');
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(customAttributes).toMatchObject(SEARCH_ATTRIBUTES);
});

test('search attributes: one that somebody else made with another type is named, with both types and the remedy', async () => {
  const connection = await connected(shared);
  const namespace = 'taken';
  const { workflowService, operatorService } = connection;
  await workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const { INDEXED_VALUE_TYPE_INT } = proto.temporal.api.enums.v1.IndexedValueType;
  await vi.waitFor(() =>
    operatorService.addSearchAttributes({ namespace, searchAttributes: { SlipwayPhase: INDEXED_VALUE_TYPE_INT } }),
  );
  await expect(ensureSearchAttributes(connection, namespace)).rejects.toThrow(
    /taken have another type: SlipwayPhase is Int, Slipway needs Keyword.*search-attribute remove/,
  );
});

test('connection: a worker that is started before the server waits for it, and says so once', async () => {
  const port = await freePort();
  const causes: Error[] = [];
  const connecting = connectWhenUp({ address: `127.0.0.1:${port}` }, { waiting: (cause) => causes.push(cause) });
  await vi.waitFor(() => expect(causes).toHaveLength(1));
  await started({ port });
  await (await connecting).close();
  expect(causes).toHaveLength(1);
});

test('connection: waiting for a server ends when it is no longer wanted', async () => {
  const stop = new AbortController();
  const waiting = () => stop.abort();
  const address = `127.0.0.1:${await freePort()}`;
  await expect(connectWhenUp({ address }, { signal: stop.signal, waiting })).rejects.toThrow();
});
