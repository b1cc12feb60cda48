/** `npm run screenshots`: releases the sample in a sandbox through the pages, and keeps pictures of them in docs/images. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { Api } from '../src/demo/api.ts';
import { Display } from '../src/demo/display.ts';
import { answersTo, People } from '../src/demo/people.ts';
import { bringProject, introduce } from '../src/demo/project.ts';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { openChromium, Visitor } from '../test/support/chromium.ts';
import { root } from './setup/places.mjs';

const LONGEST_MS = 15 * 60_000;
const LOOK_AGAIN_MS = 1000;
const SOON_MS = 15_000;
const pictures = join(root, 'docs/images');

const display = new Display();
const state = mkdtempSync(join(tmpdir(), 'slipway-pictures-'));
const options = { what: 'sandbox', once: false, hold: true } as const;
mkdirSync(pictures, { recursive: true });
const browser = await openChromium();
const sandbox = await startSandbox({
  ...{ state, tools: process.env.SLIPWAY_TOOLS ?? '', workflowBundle: process.env.SLIPWAY_WORKFLOW_BUNDLE },
  cache: join(root, '.slipway/cache'),
  seed: (seeding) => bringProject(seeding, options),
  tell: (line) => display.event(line),
});
try {
  const project = await introduce(sandbox, sandbox.seeded, display);
  const arrive = async (login: string, next = '/', how: BrowserContextOptions = {}): Promise<Page> => {
    const screen = { viewport: { width: 1080, height: 760 }, ...how };
    const visitor = await Visitor.arrive(browser, sandbox.addresses.api, screen);
    await visitor.signIn(sandbox.people[login]?.token ?? '', next);
    visitor.page.setDefaultTimeout(LONGEST_MS);
    return visitor.page;
  };

  const rita = await arrive('rita', '/start/release');
  await rita.getByRole('button', { name: 'Show the plan' }).click();
  const start = rita.getByRole('button', { name: /^Start the release of/ });
  await start.waitFor();
  await keep(rita, 'plan');
  await start.click();
  await rita.getByRole('heading', { name: /^Release of/ }).waitFor();
  const id = decodeURIComponent(new URL(rita.url()).pathname.split('/').at(-1) ?? '');
  const reviewed = reviews(id);
  reviewed.catch(() => {}); // seen below, unless something else failed before

  const run = `/runs/${id}`;
  await rita.getByRole('heading', { name: 'Waiting for' }).waitFor();
  const quinn = await arrive('quinn');
  await keep(quinn, 'waiting-for-me');
  await quinn.goto(run);
  await keep(quinn, 'run');
  await keep(
    await arrive('quinn', run, { viewport: { width: 390, height: 760 }, colorScheme: 'dark' }),
    'run-on-a-phone',
  );
  await temporalUi('waiting', id, ['workflow', 'details', 'list']);
  const tick = quinn.getByRole('button', { name: 'Tick off' });
  for (let left = await tick.count(); left > 0; left--) {
    await tick.first().click();
    await quinn.getByText('Accepted.').waitFor();
  }
  for (const [login, role] of [
    ['tom', 'tech-lead'],
    ['quinn', 'qa'],
    ['paula', 'product-owner'],
  ] as const) {
    const page = await arrive(login, run);
    await page.getByRole('button', { name: `Approve as ${role}` }).click();
    await page.getByText('Accepted.').waitFor();
  }
  await rita.locator('h1', { hasText: 'released' }).waitFor();
  await reviewed;
  await keep(rita, 'released');
  await keep(await arrive('rita', `/projects/${project.name}`, { colorScheme: 'dark' }), 'project');
  await temporalUi('released', id, ['workflow']);

  /** What a reader of the Temporal UI finds of a run. */
  async function temporalUi(
    when: string,
    of: string,
    views: readonly ('workflow' | 'details' | 'list')[],
  ): Promise<void> {
    const runs = `${sandbox.addresses.temporalUi}/namespaces/default/workflows`;
    const all = await new Api(sandbox.addresses.api, sandbox.people.rita?.token ?? '').runs(project.name);
    const runId = all.find((one) => one.id === of)?.runId ?? '';
    const run = `${runs}/${encodeURIComponent(of)}/${runId}`;
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
    const page = await context.newPage();
    const shown = {
      workflow: { url: run, sees: 'Release of' },
      details: { url: `${run}/user-metadata`, sees: 'Waits for' },
      list: { url: runs, sees: of },
    };
    for (const view of views) {
      await page.goto(shown[view].url);
      await page
        .getByText(shown[view].sees)
        .first()
        .waitFor({ timeout: SOON_MS })
        .catch(() => display.event(`${page.url()} does not show "${shown[view].sees}": look at the picture`));
      await sleep(LOOK_AGAIN_MS); // it draws its timeline piece by piece
      await keep(page, `temporal-ui-${when}-${view}`);
    }
    await context.close();
  }

  /** On the sandbox's GitHub, which has no pages to give them on. */
  async function reviews(of: string): Promise<void> {
    const people = new People(sandbox, display);
    const api = new Api(sandbox.addresses.api, sandbox.people.rita?.token ?? '');
    const [found] = (await api.openRuns(project.name)).filter((one) => one.id === of);
    for (;;) {
      const seen = await api.run({ id: of, runId: found?.runId ?? '' });
      if (seen.status === 'ended') return;
      await people.answer(
        seen,
        answersTo(seen, project).filter(({ at }) => at === 'github'),
      );
      await sleep(LOOK_AGAIN_MS);
    }
  }
} finally {
  await browser.close();
  await sandbox.close();
  rmSync(state, { recursive: true, force: true, maxRetries: 3 });
}
process.exit();

async function keep(page: Page, name: string): Promise<void> {
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
  display.event(`${name}.png`);
}
