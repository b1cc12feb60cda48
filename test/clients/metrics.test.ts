import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from '../../src/clients/metrics.ts';

let server: Server;
let other: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let strangers = 0;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  other = createServer((_, response) => {
    strangers += 1;
    response.end('{}');
  });
  await Promise.all([server, other].map((one) => new Promise<void>((ready) => one.listen(0, '127.0.0.1', ready))));
  url = addressOf(server);
});
afterAll(() => {
  for (const one of [server, other]) {
    one.closeAllConnections();
    one.close();
  }
});

const addressOf = (of: Server) => `http://127.0.0.1:${(of.address() as AddressInfo).port}`;
const metrics = createMetrics({ seconds: 0.3 });
const says = (status: number, body: string, headers = {}) => {
  answer = (_, response) => void response.writeHead(status, headers).end(body);
};

test('metrics: the JSON at an address', async () => {
  says(200, '{"rate": 0.5}');
  expect(await metrics.json(`${url}/rate`)).toEqual({ rate: 0.5 });
});

test.each([
  ['a page', 200, '<html>fine</html>', 'metric-unreadable'],
  ['a refusal', 403, '{}', 'metric-unreadable'],
  ['its own trouble', 500, '{"rate": 0}', 'metric-unreachable'],
  ['too many questions', 429, '{"rate": 0}', 'metric-unreachable'],
  ['more than anybody reads', 200, `"${'x'.repeat(2 * 1024 * 1024)}"`, 'metric-unreadable'],
])('metrics: %s is a problem, not a number', async (_, status, body, code) => {
  says(status, body);
  await expect(metrics.json(url)).rejects.toMatchObject({ code });
});

test('metrics: a source that is silent or down is unreachable', async () => {
  answer = () => undefined;
  await expect(metrics.json(url)).rejects.toMatchObject({ code: 'metric-unreachable' });
  await expect(metrics.json('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'metric-unreachable' });
  await expect(metrics.json('file:///etc/passwd')).rejects.toMatchObject({ code: 'metric-unreadable' });
});

test('metrics: a redirect within the origin is followed, one to another host is not, and no secret goes there', async () => {
  answer = (request, response) => {
    if (request.url === '/new') response.end('{"rate": 1}');
    else response.writeHead(302, { location: request.url === '/old' ? '/new' : addressOf(other) }).end();
  };
  expect(await metrics.json(`${url}/old`)).toEqual({ rate: 1 });
  await expect(metrics.json(`${url}/away`, { secret: 'geheim' })).rejects.toMatchObject({ code: 'metric-unreadable' });
  expect(strangers).toBe(0);
});

test('metrics: the secret is a bearer token or a header line, and never comes back in what is read', async () => {
  const seen: unknown[] = [];
  answer = (request, response) => {
    seen.push(request.headers.authorization, request.headers['x-api-key']);
    response.end(JSON.stringify({ you: 'sent secret-of-acme' }));
  };
  expect(await metrics.json(url, { secret: 'secret-of-acme' })).toEqual({ you: 'sent ***' });
  await metrics.json(url, { secret: 'X-Api-Key: k1' });
  expect(seen).toEqual(['Bearer secret-of-acme', undefined, undefined, 'k1']);
});
