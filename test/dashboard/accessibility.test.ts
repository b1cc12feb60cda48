import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi } from '../api/fixture.ts';
import { openChromium, Visitor } from '../support/chromium.ts';
import { fillWithRuns } from './sample-runs.ts';

const PAGES = [
  ...[
    '/',
    '/runs',
    '/runs?project=sample&status=waiting',
    '/projects',
    '/projects/sample',
    '/runs/release:sample:1.1.0',
  ],
  ...[
    '/runs/release:sample:2.0.0',
    '/runs/release:sample:1.0.1',
    '/runs/hotfix:sample:1.0.2',
    '/runs/plan:sample:1.2.0',
  ],
  ...['/runs/rollback:sample:1.0.0', '/start/release', '/start/hotfix', '/start/rollback', '/docs', '/nothing'],
];

let api: ReturnType<typeof openApi>;
let server: ServerType;
let site: string;
let browser: Browser;
beforeAll(async () => {
  api = openApi();
  await fillWithRuns(api);
  server = serve({ fetch: api.app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  (server as Server)?.closeAllConnections();
  server?.close();
  api?.close();
});

// Colours hang on the scheme alone, and the layout on the width alone: between them the two show every page in all.
describe.each([
  ['light', 1200],
  ['dark', 360],
] as const)('pages in %s at a width of %i', (colorScheme, width) => {
  let rita: Visitor;
  beforeAll(async () => {
    rita = await Visitor.arrive(browser, site, { colorScheme, viewport: { width, height: 800 } });
  });
  afterAll(() => rita?.leave());

  test('the way in, and what it says of a token that does not count', async () => {
    await rita.page.goto('/sign-in?failed=token');
    expect(await rita.faults()).toEqual([]);
    await rita.signIn('token-of-rita');
  });

  test.each(PAGES)('%s has no fault that axe finds, fits its screen, and asks nobody else', async (path) => {
    await rita.page.goto(path);
    await rita.page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    expect(await rita.faults()).toEqual([]);
    expect(await rita.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect([rita.outside, rita.complaints]).toEqual([[], []]);
  });
});

test('the keyboard alone reaches what waits and signs it off, and one sees where one is', async () => {
  const tom = await Visitor.arrive(browser, site);
  const { page } = tom;
  const focus = () => page.evaluate('document.activeElement.textContent.trim().replace(/\\s+/g, " ")');
  const tabTo = async (words: RegExp) => {
    for (let steps = 0; steps < 40; steps++) {
      await page.keyboard.press('Tab');
      if (words.test(String(await focus()))) return;
    }
    throw new Error(`Tab never came to ${words}`);
  };
  await page.goto('/');
  await page.keyboard.type('token-of-tom'); // its field has the focus
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Waiting for me' }).waitFor();
  await tabTo(/Sign off as tech-lead/);
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Release of sample 1.1.0' }).waitFor();
  await tabTo(/^Approve as tech-lead$/);
  await page.keyboard.press('Enter');
  await page.getByText('Accepted.').waitFor();
  expect(api.runs.open.get('release:sample:1.1.0')?.state.signOffs).toMatchObject([{ by: 'tom', decision: 'approve' }]);
  await tom.leave();
});

test('a page tells by itself what has changed, and leaves alone what somebody is writing', async () => {
  const rita = await Visitor.arrive(browser, site);
  await rita.signIn('token-of-rita', '/runs/release:sample:2.0.0');
  const { page } = rita;
  const { state } = api.runs.open.get('release:sample:2.0.0')!;
  await page.getByLabel('Why, for attempt 1').fill('I am still thinking');
  state.phase = 'approve';
  state.ending = 'as nobody had expected';
  await page.getByText('as nobody had expected').waitFor();
  expect(await page.getByLabel('Why, for attempt 1').inputValue()).toBe('I am still thinking');
  await rita.leave();
});

test('without JavaScript a person reads and answers all the same', async () => {
  const quinn = await Visitor.arrive(browser, site, { javaScriptEnabled: false });
  await quinn.signIn('token-of-quinn', '/runs/release:sample:1.1.0');
  await quinn.page.getByRole('button', { name: 'Tick off' }).click();
  await quinn.page.getByText('Accepted.').waitFor();
  expect(await quinn.page.getByText('ticked by quinn').count()).toBe(1);
  await quinn.leave();
});
