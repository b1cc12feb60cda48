import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openApi } from '../api/fixture.ts';
import { openChromium, Visitor } from '../support/chromium.ts';

let api: ReturnType<typeof openApi>;
let server: ServerType;
let site: string;
let browser: Browser;
beforeAll(async () => {
  server = serve({ fetch: (request) => api.app.fetch(request), port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openChromium();
});
beforeEach(async () => {
  api?.close();
  api = openApi();
  appendFileSync(join(api.root, 'projects/sample.yaml'), 'schedule: { prerelease: weekly, minor: 4-6 weeks }\n');
  await api.ensureSchedules();
});
afterAll(async () => {
  await browser?.close();
  (server as Server)?.closeAllConnections();
  server?.close();
  api?.close();
});

async function visit(login: string, width = 1200) {
  const visitor = await Visitor.arrive(browser, site, { viewport: { width, height: 800 } });
  await visitor.page.goto('/sign-in');
  await visitor.signIn(`token-of-${login}`);
  await visitor.page.goto('/projects/sample');
  return visitor;
}

test('whoever may pauses a schedule with a reason, sees by whom, and resumes it', async () => {
  const otto = await visit('otto');
  const { page } = otto;
  const section = page.locator('#schedules');
  expect(await section.textContent()).toMatch(
    /Pre-release[\s\S]*weekly[\s\S]*12 Jan 2026, 06:00 UTC[\s\S]*nothing is new since 1\.1\.0/,
  );
  await page.getByText('Change, pause or resume a schedule').click();
  await page.getByLabel('Why pause it').first().fill('Nobody is here');
  await page.getByRole('button', { name: 'Pause prerelease' }).click();
  await page.getByText('paused by otto').waitFor();
  expect(await section.textContent()).toContain('Nobody is here');
  await page.getByText('Change, pause or resume a schedule').click();
  await page.getByLabel('Why resume it').fill('We are back');
  await page.getByRole('button', { name: 'Resume prerelease' }).click();
  await section.getByText('12 Jan 2026, 06:00 UTC').first().waitFor();
  await otto.leave();
});

test('a schedule is changed, and one that was not there is made', async () => {
  const rita = await visit('rita');
  const { page } = rita;
  await page.getByText('Change, pause or resume a schedule').click();
  await page.locator('#every-schedule-prerelease').fill('3 days');
  await page.locator('#weekday-schedule-prerelease').selectOption('every day');
  await page.getByRole('button', { name: 'Change prerelease' }).click();
  await page.getByText('looked at every day at 06:00 UTC; by rita').waitFor();
  await page.getByText('Change, pause or resume a schedule').click();
  await page.getByRole('button', { name: 'Make major' }).click();
  await page.locator('#schedules').getByText('6-12 months').waitFor();
  const { schedules } = (await api.get('/v1/schedules')).body;
  expect(schedules).toMatchObject([
    { every: '3 days', weekday: null },
    { name: 'minor' },
    { name: 'major', by: 'rita' },
  ]);
  await rita.leave();
});

test('who may not change schedules sees them without a button', async () => {
  const vera = await visit('vera');
  expect(await vera.page.locator('#schedules').textContent()).toContain('weekly');
  expect(await vera.page.locator('#schedule-forms').count()).toBe(0);
  await vera.leave();
});

test.each([
  ['light', 1200],
  ['dark', 360],
] as const)(
  'schedules in %s at a width of %i have no fault that axe finds, and fit the screen',
  async (colorScheme, width) => {
    await api.post('/v1/projects/sample/schedules/minor/pause', { reason: 'fair' });
    const rita = await visit('rita', width);
    await rita.page.emulateMedia({ colorScheme });
    await rita.page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    expect(await rita.faults()).toEqual([]);
    expect(await rita.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect([rita.outside, rita.complaints]).toEqual([[], []]);
    await rita.leave();
  },
);
