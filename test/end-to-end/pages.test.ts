import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChromium, Visitor } from '../support/chromium.ts';
import { filesOn } from '../support/outside.ts';
import { openPages } from '../support/pages.ts';
import type { Service } from '../support/service.ts';
import { World } from '../support/world.ts';

const WITHIN_MS = 300_000;

let world: World;
let service: Service;
let pages: Awaited<ReturnType<typeof openPages>>;
let browser: Browser;

beforeAll(async () => {
  [world, browser] = await Promise.all([World.open(), openChromium()]);
  await world.addProject('seen', { change: { signOffs: { release: ['tech-lead', 'qa', 'product-owner'] } } });
  service = await world.service();
  await service.begin('publish', 'build');
  pages = await openPages(world, service);
}, WITHIN_MS);

afterAll(async () => {
  await browser?.close();
  pages?.close();
  await world?.close();
});

const tokenOf = (login: string) => world.keys.people[login]!.token;
const arrive = (login: string, options = {}) =>
  Visitor.arrive(browser, pages.site, options).then((one) => one.signIn(tokenOf(login)));

test('a release is planned, started and signed off through the page alone, by three people', {
  timeout: WITHIN_MS,
}, async () => {
  const rita = await arrive('rita');
  const { page } = rita;
  await page.getByText('Nothing waits for you').waitFor();
  await page.getByRole('link', { name: 'Start', exact: true }).click();
  await page.getByLabel(/Or this very version/).fill('1.1.0');
  await page.getByRole('button', { name: 'Show the plan' }).click();

  // The plan is shown live, and the button comes with it.
  await page.getByRole('heading', { name: /^Plan of seen 1\.1\.0/ }).waitFor();
  const start = page.getByRole('button', { name: 'Start the release of 1.1.0' });
  await start.waitFor({ timeout: 120_000 });
  expect(await page.locator('.effects li').count()).toBeGreaterThan(3);
  expect(await page.getByText('Greets everybody.').count()).toBeGreaterThan(0);
  await start.click();
  await page.getByRole('heading', { name: /^Release of seen 1\.1\.0/ }).waitFor();
  await page.getByText('Sign-offs: tech-lead (tom), qa (quinn), product-owner (paula)').waitFor({ timeout: 120_000 });
  expect(await page.getByRole('button', { name: /^Approve/ }).count()).toBe(0); // rita may sign nothing
  expect(await rita.faults()).toEqual([]);

  const tom = await arrive('tom');
  await tom.page.getByRole('link', { name: /Sign off as tech-lead/ }).click();
  await tom.page.getByLabel('Comment').fill('Reviewed the diff');
  await tom.page.getByRole('button', { name: 'Approve as tech-lead' }).click();
  await tom.page.getByText('Accepted.').waitFor();
  expect(await tom.page.getByText('Reviewed the diff').count()).toBe(1);

  // One of them without JavaScript, on a phone; the other by the keyboard alone.
  const quinn = await arrive('quinn', { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await quinn.page.getByRole('link', { name: /Sign off as qa/ }).click();
  await quinn.page.getByRole('button', { name: 'Approve as qa' }).click();
  await quinn.page.getByText('Accepted.').waitFor();

  const paula = await arrive('paula');
  await pressTo(paula, /Sign off as product-owner/);
  await paula.page.getByRole('heading', { name: /^Release of seen 1\.1\.0/ }).waitFor();
  await pressTo(paula, /^Approve as product-owner$/);
  await paula.page.getByText('Accepted.').waitFor();

  // Nobody reloads: the page tells by itself how it ends.
  await page.locator('h1', { hasText: 'released' }).waitFor({ timeout: 120_000 });
  for (const link of ['pull request', 'index', 'GitHub release']) {
    expect(await page.locator('.links').getByRole('link', { name: link, exact: true }).count()).toBe(1);
  }
  await page.getByRole('link', { name: 'seen', exact: true }).first().click();
  await page.getByRole('heading', { name: 'Cadence and stability' }).waitFor();
  await page.getByText('Stable versions of the last 180 days: 1.').waitFor();

  const everybody = [rita, tom, quinn, paula];
  expect(everybody.flatMap(({ outside, complaints }) => [...outside, ...complaints])).toEqual([]);
  expect(pages.errors).toEqual([]);
  expect(await filesOn(world, 'index', 'seen')).toHaveLength(2);
});

/** Tab until that has the focus, then Enter. */
async function pressTo({ page }: Visitor, words: RegExp): Promise<void> {
  for (let steps = 0; steps < 40; steps++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate('document.activeElement.textContent.trim().replace(/\\s+/g, " ")');
    if (words.test(String(focused))) return page.keyboard.press('Enter');
  }
  throw new Error(`Tab never came to ${words}`);
}
