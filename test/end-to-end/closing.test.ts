import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verify } from '@octokit/webhooks-methods';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHookTarget } from '../support/hook-target.ts';
import { headerOf, openMailbox } from '../support/mailbox.ts';
import { github, releasesOf } from '../support/outside.ts';
import { World } from '../support/world.ts';

const WITHIN_MS = 600_000;
const SECRET = 'a hook secret of some length';

let world: World;
let target: Awaited<ReturnType<typeof openHookTarget>>;
let mailbox: Awaited<ReturnType<typeof openMailbox>>;

beforeAll(async () => {
  [world, target, mailbox] = await Promise.all([World.open(), openHookTarget(), openMailbox()]);
});
afterAll(async () => {
  await target?.close();
  await mailbox?.close();
  await world?.close();
});

interface Issue {
  readonly title: string;
  readonly body: string;
  readonly pull_request?: object;
}

test('a worker that dies while it announces: everybody hears of the release once, and the record tells of it', {
  timeout: WITHIN_MS,
}, async () => {
  await world.addProject('told', {
    waits: { heartbeat: 2 },
    change: {
      milestones: { due: 30 },
      announce: [
        { kind: 'webhook', url: `${target.url}/hook`, secret: 'HOOK', on: ['released'] },
        { kind: 'github-issue', labels: ['release'] },
        ...[
          {
            kind: 'email',
            host: '127.0.0.1',
            port: mailbox.port,
            tls: 'none',
            from: 'r@acme.example',
            to: 'u@acme.example',
          },
        ],
      ],
    },
  });
  writeFileSync(join(world.places.credentials, 'HOOK'), SECRET, { mode: 0o600 });
  const service = await world.service();
  const [publish] = await service.begin('publish', 'build');
  const next = service.worker('publish');
  target.answer = (response) => {
    // Taken, and nobody is there any more to hear of it.
    target.answer = (later) => void later.writeHead(204).end();
    publish!.kill();
    response.destroy();
    void next.begin();
  };
  const run = await service.release('told', { client: service.skippingClient });
  await run.signOff();
  expect(await run.result()).toMatchObject({ outcome: 'released' });

  const state = await run.state();
  const closed = state.steps.filter(({ id }) => id.startsWith('close.'));
  expect(Object.fromEntries(closed.map(({ id, status }) => [id, status]))).toEqual({
    'close.announce.webhook': 'done',
    'close.announce.github-issue': expect.stringMatching(/^(done|adopted)$/),
    'close.announce.email': expect.stringMatching(/^(done|adopted)$/),
    'close.milestones': expect.stringMatching(/^(done|adopted)$/),
    'close.record': 'done',
  });
  expect(target.received).toHaveLength(2);
  expect(new Set(target.received.map(({ headers }) => headers['x-slipway-delivery'])).size).toBe(1);
  const { body, headers } = target.received[1]!;
  expect(await verify(SECRET, body, String(headers['x-slipway-signature-256']))).toBe(true);
  expect(new Set(mailbox.received.map((mail) => headerOf(mail, 'Message-ID'))).size).toBe(1);
  const issues = await github<Issue[]>(world, 'told', 'issues?state=all');
  expect(issues.filter((one) => !one.pull_request).map(({ title }) => title)).toEqual(['told v1.1.0 is released']);
  const milestones = await github<{ title: string; due_on: string }[]>(world, 'told', 'milestones');
  expect(milestones.map(({ title }) => title)).toEqual(['v1.2.0']);

  const [release] = await releasesOf(world, 'told');
  const asset = release!.assets.find(({ name }) => name === 'release-record.json') as { url?: string } | undefined;
  const authorization = `Bearer ${world.keys.github}`;
  const answer = await fetch(asset!.url!, { headers: { authorization, accept: 'application/octet-stream' } });
  const record = (await answer.json()) as { steps: { id: string; status: string }[]; signOffs: object[] };
  expect(record.steps.find(({ id }) => id === 'close.announce.webhook')).toMatchObject({ status: 'done' });
  expect(record.signOffs).toHaveLength(1);
  expect(JSON.stringify(record)).not.toContain(SECRET);
  await service.killAll();
});
