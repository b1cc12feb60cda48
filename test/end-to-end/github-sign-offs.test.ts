import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Api } from '../../src/demo/api.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import { askGithub } from '../../src/sandbox/ask-github.ts';
import { pullsOf } from '../support/outside.ts';
import { openPages } from '../support/pages.ts';
import type { Service } from '../support/service.ts';
import { World } from '../support/world.ts';

const WITHIN_MS = 300_000;
const PROJECT = 'commented';
const SOON = { timeout: 60_000, interval: 200 };

let world: World;
let service: Service;
let api: Awaited<ReturnType<typeof openPages>>;

beforeAll(async () => {
  world = await World.open();
  const signOffs = { release: ['tech-lead', 'qa'] };
  await world.addProject(PROJECT, { change: { signOffs } });
  service = await world.service();
  await service.begin('publish', 'build');
  api = await openPages(world, service);
  const hook = { url: `${api.site}/hooks/github`, secret: world.keys.webhook };
  await world.servers.github.addWebhook('acme', PROJECT, hook);
}, WITHIN_MS);

afterAll(async () => {
  api?.close();
  await world?.close();
});

interface Comment {
  readonly body: string;
  readonly user: { readonly login: string };
}

function asked<T>(login: string, path: string, body?: object): Promise<T> {
  const url = `${world.servers.github.apiUrl}/repos/acme/${PROJECT}/${path}`;
  return askGithub(url, world.keys.people[login]!.githubToken, body === undefined ? {} : { body }) as Promise<T>;
}

test('a release that is signed off by a comment and by a review on GitHub is released, and its pull request tells so', {
  timeout: WITHIN_MS,
}, async () => {
  const { id } = await new Api(api.site, world.keys.people.rita!.token).startRelease({
    project: PROJECT,
    version: '1.1.0',
  });
  const run = service.run(id);
  const { commit, manifest, pullRequest } = await run.until(asksForSignOffs);
  expect(await pullsOf(world, PROJECT)).toMatchObject([{ number: pullRequest, state: 'open' }]);
  const told = async () => {
    const all = await asked<Comment[]>('tom', `issues/${pullRequest}/comments`);
    return all.filter(({ user }) => user.login === 'slipway');
  };
  await vi.waitFor(async () => {
    expect((await told())[0]?.body).toContain('/slipway approve as tech-lead');
    expect((await told())[0]?.body).toContain(manifest?.digest);
  }, SOON);
  const status = () => asked<{ state: string; statuses: object[] }>('tom', `commits/${commit}/status`);
  await vi.waitFor(async () => {
    expect(await status()).toMatchObject({ state: 'pending', statuses: [{ context: 'slipway' }] });
  }, SOON);

  // Who does not hold the role is refused, and told where they wrote it.
  await asked('paula', `issues/${pullRequest}/comments`, { body: '/slipway approve as qa' });
  await vi.waitFor(async () => expect((await told())[0]?.body).toContain('paula does not hold the role qa'), SOON);

  await asked('tom', `issues/${pullRequest}/comments`, { body: 'Read it all.\n\n/slipway approve as tech-lead' });
  await run.until(({ signOffs }) => signOffs.length === 1);
  const body = '/slipway approve as qa Tried it on two machines';
  await asked('quinn', `pulls/${pullRequest}/reviews`, { event: 'COMMENT', commit_id: commit, body });
  expect(await run.result()).toMatchObject({ outcome: 'released' });

  const { signOffs, steps } = await run.state();
  expect(signOffs).toMatchObject([
    { by: 'tom', role: 'tech-lead', commit, manifest: manifest?.digest, signed: { proof: { kid: 'sandbox' } } },
    { by: 'quinn', role: 'qa', commit, manifest: manifest?.digest, comment: 'Tried it on two machines' },
  ]);
  expect(steps.find(({ id }) => id === 'approve.told')).toMatchObject({ status: 'done' });
  const [only, ...others] = await told();
  expect(others).toEqual([]);
  expect(only?.body).toContain('1.1.0 is released');
  expect(only?.body).toContain('qa: approved by quinn');
  expect(await status()).toMatchObject({ state: 'success' });
});

function asksForSignOffs({ waitingFor, pullRequest }: RunState): boolean {
  return pullRequest !== undefined && waitingFor.some(({ kind }) => kind === 'sign-off');
}
