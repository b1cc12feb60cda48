import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import { type Context, Hono } from 'hono';
import type { ApiDeps } from './deps.ts';
import { createFigures } from './figures.ts';
import { RequestProblem } from './problems.ts';
import type { Readiness } from './readiness.ts';
import { connectionOf } from './where-from.ts';

interface Around {
  readonly readiness: () => Promise<Readiness>;
  readonly listeners: () => number;
}

/** Numbers for Prometheus, for whoever holds the scrape token; without one in the configuration, for this machine alone. */
export function metricsRoutes(deps: ApiDeps, { readiness, listeners }: Around) {
  const figures = createFigures(deps);
  return new Hono().get('/metrics', async (c) => {
    await assertMayScrape(c, deps);
    const [ready] = await Promise.all([readiness(), figures.refreshed()]);
    deps.measures.readiness(ready);
    deps.measures.listeners(listeners());
    const { type, text } = await deps.measures.text();
    return c.body(text, 200, { 'content-type': type, 'cache-control': 'no-store' });
  });
}

async function assertMayScrape(c: Context, { directory }: ApiDeps): Promise<void> {
  const token = await directory.scrapeToken();
  if (token === undefined ? isOfThisMachine(c) : isSame(bearerOf(c), token)) return;
  throw new RequestProblem(
    'unauthenticated',
    token === undefined
      ? 'without metrics.tokenFile in slipway.yaml only this machine itself may scrape'
      : 'the request does not carry the scrape token (metrics.tokenFile)',
  );
}

function bearerOf(c: Context): string {
  return /^Bearer (.{1,1000})$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
}

/** An empty file is no token. */
function isSame(one: string, other: string): boolean {
  if (other === '') return false;
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');
const THROUGH_A_PROXY = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'];

/** What a proxy on this machine passes on comes from anywhere. */
function isOfThisMachine(c: Context): boolean {
  const address = connectionOf(c);
  if (address === null || THROUGH_A_PROXY.some((name) => c.req.header(name) !== undefined)) return false;
  return LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
