import { verify } from '@octokit/webhooks-methods';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { restRoutes } from '../../../src/sandbox/github/api.ts';
import type { World } from '../../../src/sandbox/github/world.ts';
import { driveActions } from './drive-actions.ts';
import { driveCode } from './drive-code.ts';
import { driveDeliveries, driveHooks, driveReleases } from './drive-releases.ts';
import { driveWork } from './drive-work.ts';
import { receiveHooks } from './hook-receiver.ts';
import { Judge } from './judge.ts';
import { openScene, refused, repo, type Scene } from './scene.ts';
import { TestGithub } from './world.ts';

const PATIENT = { timeout: 60_000 };
vi.setConfig({ testTimeout: 120_000 }); // hundreds of requests, each with its git processes

const world = new TestGithub();
const judge = new Judge();
let scene: Scene;
let hooks: Awaited<ReturnType<typeof receiveHooks>>;

beforeAll(async () => {
  hooks = await receiveHooks();
  await world.start();
  await world.createSample({ rules: [{ branch: 'main', approvals: 1 }] });
  scene = await openScene(world, judge);
});

afterAll(async () => {
  await world.stop();
  hooks.close();
});

test('an App finds its installation and is given tokens as GitHub documents it', async () => {
  const app = judge.watch(world.asApp()).rest;
  const { data: installation } = await app.apps.getRepoInstallation(repo);
  const installation_id = installation.id;
  const { data } = await app.apps.createInstallationAccessToken({ installation_id, repositories: ['sample'] });
  await app.apps.createInstallationAccessToken({ installation_id });
  await refused(422, app.apps.createInstallationAccessToken({ installation_id, permissions: { workflows: 'write' } }));
  await refused(422, app.apps.createInstallationAccessToken({ installation_id, repositories: ['nobodys'] }));
  await refused(404, app.apps.createInstallationAccessToken({ installation_id: 1 }));
  await refused(404, app.apps.getRepoInstallation({ ...repo, repo: 'nobodys' }));
  await refused(403, judge.watch(world.as(data.token)).rest.users.getAuthenticated());
  expect(judge.faults).toEqual([]);
});

test('hooks are answered as GitHub documents it', async () => {
  await driveHooks(scene, hooks.url);
  expect(judge.faults).toEqual([]);
});

test('branches, references, git objects, commits and checks are answered as GitHub documents it', async () => {
  await driveCode(scene);
  expect(judge.faults).toEqual([]);
});

test('pull requests, reviews, issues and milestones are answered as GitHub documents it', async () => {
  await driveWork(scene);
  expect(judge.faults).toEqual([]);
});

test('releases and their assets are answered as GitHub documents it', async () => {
  await driveReleases(scene);
  expect(judge.faults).toEqual([]);
});

test('workflows, their runs and artifacts are answered as GitHub documents it', async () => {
  await driveActions(scene);
  expect(judge.faults).toEqual([]);
});

test('deliveries are listed and sent again as GitHub documents it', async () => {
  await vi.waitFor(() => expect(payloadOf('release-published')).toBeDefined(), PATIENT);
  await driveDeliveries(scene);
  expect(judge.faults).toEqual([]);
});

test('every route is an operation of the document, and every operation was driven', () => {
  const shape = (operation: string) => operation.replace(/[:{]\w+\}?/g, '*');
  const routes = restRoutes({ journal: world.journal } as World, undefined)
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => shape(`${method} ${path.replace(/^\/(v3|uploads)/, '')}`));
  expect([...new Set(routes)].sort()).toEqual([...new Set(judge.operations().map(shape))].sort());

  const answered = new Set([...judge.seen].filter((each) => / [23]\d\d$/.test(each)).map((each) => each.slice(0, -4)));
  expect(judge.operations().filter((operation) => !answered.has(operation))).toEqual([]);
});

test('every webhook is signed, and its payload is as GitHub documents it', async () => {
  const documented = [
    'push',
    'pull-request-opened',
    'pull-request-closed',
    'pull-request-review-submitted',
    'release-published',
    'issues-opened',
    'status',
    'check-run-completed',
    'workflow-run-completed',
  ];
  for (const name of documented) {
    await vi.waitFor(() => expect(payloadOf(name), name).toBeDefined(), PATIENT);
    judge.judgeWebhook(name, payloadOf(name));
  }
  for (const { headers, body } of hooks.received) {
    expect(await verify('hush', body, headers['x-hub-signature-256']!)).toBe(true);
  }
  expect(judge.faults).toEqual([]);
});

function payloadOf(name: string): unknown {
  const event = name.replaceAll('-', '_');
  for (const { headers, body } of hooks.received) {
    const payload = JSON.parse(body) as { action?: string };
    if ([headers['x-github-event'], payload.action].filter(Boolean).join('_') === event) return payload;
  }
  return undefined;
}
