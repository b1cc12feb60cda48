import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Journal } from '../../src/sandbox/journal.ts';
import { journalRoutes } from '../../src/sandbox/journal-routes.ts';

let folder: string;
let journal: Journal;
let shelf: string[];
let server: ServerType;
let url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  journal = new Journal(join(folder, 'changes.jsonl'));
  shelf = [];
  const app = new Hono()
    .use(journal.faulty('index', (c) => (c.req.method === 'GET' ? 'read' : undefined)))
    .get('/shelf', (c) => c.json(shelf))
    .post('/shelf/:item', async (c) => {
      const target = c.req.param('item');
      await journal.change(c, { server: 'index', action: 'upload', target }, () => shelf.push(target));
      return c.text('stored');
    })
    .route('/', journalRoutes(journal));
  url = await new Promise((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    );
  });
});

afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  rmSync(folder, { recursive: true });
});

const put = (item: string, init: RequestInit = {}) => fetch(`${url}/shelf/${item}`, { method: 'POST', ...init });

test('journal: changes stand in the order in which they were stored, also after a restart', async () => {
  await put('a');
  await put('b');

  expect(journal.changes().map((change) => change.target)).toEqual(['a', 'b']);
  expect(new Journal(join(folder, 'changes.jsonl')).changes()).toEqual(journal.changes());
});

test('journal: the points of a change come before the store, after it, and when the answer has left', async () => {
  const seen: string[] = [];
  journal.onPoint((point) => void seen.push(`${point}: ${shelf.length} stored`));

  await put('a');

  await vi.waitFor(() =>
    expect(seen).toEqual(['before-store: 0 stored', 'after-store: 1 stored', 'answered: 1 stored']),
  );
});

test('journal: a hook holds the answer back until it has done its work', async () => {
  let answered = false;
  let held = false;
  journal.onPoint(async (point) => {
    if (point !== 'after-store') return;
    await new Promise((resolve) => setImmediate(resolve));
    held = !answered;
  });

  await put('a');
  answered = true;

  expect(held).toBe(true);
});

test('journal: a request that a hook drops is neither stored nor answered', async () => {
  const stop = journal.onPoint((point) => (point === 'before-store' ? 'drop' : undefined));

  await expect(put('a')).rejects.toThrow('fetch failed');
  stop();

  expect(shelf).toEqual([]);
  expect(journal.changes()).toEqual([]);
});

test('journal: a fault before the store leaves nothing behind', async () => {
  journal.fault({
    server: 'index',
    when: 'before',
    status: 429,
    headers: { 'retry-after': '7' },
    body: { slow: 'down' },
    times: 1,
  });

  const refused = await put('a');

  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('7');
  expect(await refused.json()).toEqual({ slow: 'down' });
  expect(journal.changes()).toEqual([]);
  expect((await put('a')).status).toBe(200);
});

test('journal: a fault after the store loses the answer, not the change', async () => {
  journal.fault({ server: 'index', when: 'after', status: 503, times: 1 });

  expect((await put('a')).status).toBe(503);
  expect(journal.changes()).toMatchObject([{ server: 'index', action: 'upload', target: 'a' }]);
});

test('journal: a server that hangs after the store keeps the client waiting until it gives up', async () => {
  journal.fault({ server: 'index', when: 'after', hang: true, times: 1 });

  await expect(put('a', { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout');
  expect(shelf).toEqual(['a']);
});

test('journal: a fault hits only its server, action and target, and only until it is taken away', async () => {
  const mend = journal.fault({ server: 'index', action: 'upload', target: /^b/, when: 'before', status: 500 });
  journal.fault({ server: 'github', when: 'before' });
  journal.fault({ server: 'index', action: 'upload', target: 'a-longer-name', when: 'before' });

  expect((await put('a')).status).toBe(200);
  expect((await put('b')).status).toBe(500);
  expect((await put('b')).status).toBe(500);
  mend();
  expect((await put('b')).status).toBe(200);
});

test('journal: reading can fail as well, and a failed reading is no change', async () => {
  journal.fault({ server: 'index', action: 'read', when: 'before', status: 502, times: 1 });

  expect((await fetch(`${url}/shelf`)).status).toBe(502);
  expect((await fetch(`${url}/shelf`)).status).toBe(200);
  expect(journal.changes()).toEqual([]);
});

test('journal: from another process, faults are planned and cleared and changes read over HTTP', async () => {
  const plan = (fault: unknown) => fetch(`${url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) });

  expect((await plan({ server: 'index', target: '/^a/', when: 'before', status: 500 })).status).toBe(201);
  expect((await plan({ server: 'index' })).status).toBe(422);
  expect((await put('abc')).status).toBe(500);
  await fetch(`${url}/_sandbox/faults`, { method: 'DELETE' });
  expect((await put('abc')).status).toBe(200);

  const changes = await fetch(`${url}/_sandbox/changes`).then((answer) => answer.json());
  expect(changes).toMatchObject([{ server: 'index', action: 'upload', target: 'abc' }]);
});
