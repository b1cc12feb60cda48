import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verify } from '@octokit/webhooks-methods';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReleaseContext } from '../../src/activities/index.ts';
import type { GitHubAccess, Milestone } from '../../src/activities/ports.ts';
import { createPublishActivities } from '../../src/activities/publish/index.ts';
import { createArchive } from '../../src/clients/archive.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createGitHub } from '../../src/clients/github/github-client.ts';
import { createNotices } from '../../src/clients/notices/notices.ts';
import { openWorkspaces } from '../../src/clients/workspaces.ts';
import { readProjectFile } from '../../src/config/project-file.ts';
import type { AnnouncementFacts } from '../../src/domain/announcement.ts';
import { TestGithub } from '../sandbox/github/world.ts';
import { runThatDid } from '../support/finished-run.ts';
import { openHookTarget } from '../support/hook-target.ts';
import { headerOf, MAIL_USER, openMailbox } from '../support/mailbox.ts';
import { CLOSING, writeMethods } from '../support/write-methods.ts';

const world = new TestGithub();
const github = createGitHub();
const notices = createNotices({ allowPrivate: async () => true, seconds: 5 });
const seen = new Set<string>();
const secrets: Record<string, string> = { T: 'token-rita', HOOK: 'a hook secret', MAIL: MAIL_USER.password };
let root: string;
let target: Awaited<ReturnType<typeof openHookTarget>>;
let mailbox: Awaited<ReturnType<typeof openMailbox>>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-closing-'));
  target = await openHookTarget();
  mailbox = await openMailbox();
  await world.start();
  await world.createSample();
  secrets.SLACK = `${target.url}/services/hidden`;
});
afterAll(async () => {
  await world.stop();
  await target.close();
  await mailbox.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
});

const rita = (repo = 'sample'): GitHubAccess => ({
  apiUrl: world.github.apiUrl,
  owner: 'acme',
  repo,
  token: 'token-rita',
});

class Killed extends Error {}
type Side = 'before' | 'after';

/** The port, whose changes die on one side of each: once for each change, as a worker that is started again would. */
function dying<T extends object>(port: T, writes: string, side: Side, died: Set<string>): T {
  return new Proxy(port, {
    get(from, name: string) {
      const method = from[name as keyof T];
      if (typeof method !== 'function' || !writeMethods().includes(`${writes}.${name}`)) return method;
      return async (...args: unknown[]) => {
        const key = `${writes}.${name} ${JSON.stringify(args.slice(1)).replace(/"file":"[^"]*"|\/tmp\/[^"]*/g, '')}`;
        seen.add(`${writes}.${name}`);
        const first = !died.has(key);
        died.add(key);
        if (first && side === 'before') throw new Killed(key);
        const result = await (method as (...given: unknown[]) => Promise<unknown>).apply(from, args);
        if (first) throw new Killed(key);
        return result;
      };
    },
  });
}

interface Wish {
  readonly side: Side;
  readonly yaml?: string;
  readonly repo?: string;
}

/** A publish worker's activities on real servers, and tried again until they succeed. */
async function closing({ side, yaml = '', repo = 'sample' }: Wish) {
  const died = new Set<string>();
  const store = createArtifactStore(join(root, randomUUID()));
  const archive = createArchive(join(root, randomUUID()));
  let claims = 0;
  const activities = createPublishActivities({
    store,
    workspaces: await openWorkspaces(join(root, randomUUID())),
    archive: {
      ...archive,
      async claim(key: string, value: Record<string, unknown>) {
        const kept = await archive.claim(key, value);
        claims += 1;
        if (claims % 2 === 1) throw new Killed(key); // every other time: kept, and nobody learned of it
        return kept;
      },
    },
    github: dying(github, 'GitHubWrites', side, died),
    notices: dying(notices, 'NoticeWrites', side, died),
    credentials: { read: async (name: string) => secrets[name]! },
    directory: { url: async () => 'https://slipway.acme.example' },
    executions: { state: async () => runThatDid({ 'release.tag': { summary: `at ${new Date().toISOString()}` } }) },
  } as never);
  const context: ReleaseContext = {
    id: `release:sample:${randomUUID()}`,
    project: readProjectFile(
      `project: sample\nrepository: ${world.github.url}/acme/${repo}.git\npublish: { github: { credential: T, apiUrl: "${world.github.apiUrl}" } }\n${yaml}`,
      { file: 'sample.yaml' },
    ),
    version: '1.2.0',
    procedure: { kind: 'release' },
    startedBy: 'rel',
    time: Date.parse('2026-01-31T12:00:00Z') / 1000,
  };
  const input = { ...context, run: 'first-run' };
  let attempts = 0;
  const untilDone = async <R>(act: () => Promise<R>): Promise<R> => {
    for (attempts = 1; attempts < 50; attempts += 1) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
    }
    throw new Error('it never succeeds');
  };
  return { activities, input, store, died, untilDone, attempts: () => attempts };
}

const facts = (change: Partial<AnnouncementFacts> = {}): AnnouncementFacts => ({
  ...{ occasion: 'released', links: { index: 'https://index.example/sample' }, wanted: [] },
  ...{ trouble: null, reason: null, instead: null },
  ...change,
});

const CHANNELS = `announce:
  - { kind: webhook, url: "TARGET/hook", secret: HOOK }
  - { kind: slack, credential: SLACK }
  - { kind: github-issue, labels: [release] }
  - { kind: github-discussion }
  - { kind: email, host: 127.0.0.1, port: PORT, tls: none, user: releases, credential: MAIL, from: r@acme.example, to: u@acme.example }
`;
const SIDES: Side[] = ['before', 'after'];

test.each(SIDES)('announcements: killed %s each effect, each channel hears of an event once', async (side) => {
  target.received.length = 0;
  mailbox.received.length = 0;
  const yaml = CHANNELS.replace('TARGET', target.url).replace('PORT', String(mailbox.port));
  const { activities, input, store, untilDone } = await closing({ side, yaml });
  const notes = await store.put('notes.md', '### Breaking changes\n\n- `greet` is gone\n\n### Added\n\n- More\n');
  const version = `1.2.${SIDES.indexOf(side)}`;
  const tell = (channel: string) =>
    untilDone(() =>
      activities.ensureAnnounced({ ...input, version, channel, event: 'released', facts: facts(), notes }),
    );

  for (const channel of ['webhook', 'slack', 'github-issue', 'github-discussion', 'email']) {
    expect(await tell(channel)).toMatchObject({ summary: expect.any(String) });
    expect(await tell(channel)).toMatchObject({ adopted: true });
  }

  const title = `sample v${version} is released`;
  const issues = await github.issues(rita(), { state: 'all' });
  expect(issues.filter((one) => one.title === title)).toMatchObject([{ labels: ['release'] }]);
  const since = { category: 'Announcements', createdSince: '2020-01-01T00:00:00Z' };
  expect((await github.discussions(rita(), since)).filter((one) => one.title === title)).toHaveLength(1);

  const hooks = target.received.filter(({ path }) => path === '/hook');
  for (const { headers, body } of hooks) {
    expect(await verify('a hook secret', body, String(headers['x-slipway-signature-256']))).toBe(true);
    expect(JSON.parse(body)).toMatchObject({
      ...{ event: 'released', version, delivery: headers['x-slipway-delivery'], breaking: ['`greet` is gone'] },
      links: {
        'Package index': 'https://index.example/sample',
        Run: `https://slipway.acme.example/runs/${input.id}`,
      },
    });
  }
  // The answer that was lost: the same bytes again, under the same id.
  expect(hooks).toHaveLength(side === 'after' ? 2 : 1);
  expect(new Set(hooks.map(({ body }) => body)).size).toBe(1);
  expect(new Set(mailbox.received.map((one) => headerOf(one, 'Message-ID'))).size).toBe(1);
  expect(new Set(mailbox.received.map(({ raw }) => raw)).size).toBe(1);
});

test('announcements: another occasion of an event, and another run of a version, are announced again', async () => {
  const yaml = CHANNELS.replace('TARGET', target.url).replace('PORT', String(mailbox.port));
  const { activities, input, untilDone } = await closing({ side: 'before', yaml });
  target.received.length = 0;
  const tell = (run: string, occasion: string) =>
    untilDone(() =>
      activities.ensureAnnounced({
        ...{ ...input, run, channel: 'webhook', event: 'sign-off-wanted', notes: null },
        facts: facts({ occasion, wanted: ['qa'] }),
      }),
    );
  await tell('one', 'first');
  await tell('one', 'second');
  await tell('two', 'first');
  const ids = new Set(target.received.map(({ headers }) => headers['x-slipway-delivery']));
  expect(ids.size).toBe(3);
});

test.each(SIDES)(
  'milestones: killed %s each effect, the old one is closed and the next one there once, due at its day',
  async (side) => {
    const repo = `milestones-${side}`;
    await world.createSample({ name: repo });
    await github.createMilestone(rita(repo), { title: 'v1.2.0', dueOn: null });
    const { activities, input, untilDone } = await closing({ side, repo, yaml: 'milestones: { due: 30 }\n' });
    const report = await untilDone(() => activities.ensureMilestones({ ...input, next: true }));
    expect(report.summary).toContain('v1.3.0');
    expect(await titles(repo)).toEqual(['v1.2.0 closed', 'v1.3.0 open']);
    const { rest } = world.as('token-rita');
    const { data } = await rest.issues.listMilestones({ owner: 'acme', repo });
    expect(data[0]?.due_on).toBe('2026-03-02T08:00:00Z');
    expect(await activities.ensureMilestones({ ...input, next: true })).toMatchObject({ adopted: true });
  },
);

async function titles(repo: string): Promise<string[]> {
  const all: Milestone[] = await github.milestones(rita(repo));
  return all.map(({ title, state }) => `${title} ${state}`).toSorted();
}

test('milestones: what is still open in one is said, and one that was never made is no trouble', async () => {
  const repo = 'milestones-open';
  await world.createSample({ name: repo });
  const { activities, input, untilDone } = await closing({ side: 'before', repo, yaml: 'milestones: {}\n' });
  expect(await untilDone(() => activities.ensureMilestones({ ...input, next: false }))).toMatchObject({
    summary: 'there is no milestone v1.2.0 to close',
    adopted: true,
  });
  const { number } = await github.createMilestone(rita(repo), { title: 'v1.2.0', dueOn: null });
  await world.as('token-rita').rest.issues.create({ owner: 'acme', repo, title: 'left', milestone: number });
  const report = await untilDone(() => activities.ensureMilestones({ ...input, next: false }));
  expect(report.summary).toBe('v1.2.0 closed (1 issues in it are still open)');
});

test.each(SIDES)(
  'labels and board: killed %s each effect, what is closed in the milestone has them, what is open has not',
  async (side) => {
    const repo = `board-${side}`;
    await world.createSample({ name: repo });
    const { number } = await world.github.addBoard('acme', repo, {
      title: repo,
      fields: { Status: ['Todo', 'Released'] },
    });
    const milestone = await github.createMilestone(rita(repo), { title: 'v1.2.0', dueOn: null });
    const { rest } = world.as('token-rita');
    for (const title of ['one', 'two', 'open']) {
      const { data } = await rest.issues.create({ owner: 'acme', repo, title, milestone: milestone.number });
      if (title !== 'open') await github.updateIssue(rita(repo), data.number, { state: 'closed' });
    }
    const yaml = `labels: [released, v1]\nboard: { project: ${number}, value: Released }\n`;
    const { activities, input, untilDone } = await closing({ side, repo, yaml });
    await untilDone(() => activities.ensureLabelled(input));
    await untilDone(() => activities.ensureOnBoard(input));

    const board = await github.board(rita(repo), { owner: 'acme', number, field: 'Status' });
    const tracked = await github.tracked(rita(repo), milestone.number);
    const stands = await Promise.all(
      tracked.map(async ({ state, labels, node }) => [
        state,
        labels,
        (await github.onBoard(rita(repo), board, node))?.value,
      ]),
    );
    expect(stands).toEqual([
      ['open', [], undefined],
      ['closed', ['released', 'v1'], 'Released'],
      ['closed', ['released', 'v1'], 'Released'],
    ]);
    expect(await activities.ensureLabelled(input)).toMatchObject({ adopted: true });
    expect(await activities.ensureOnBoard(input)).toMatchObject({ adopted: true });
  },
);

test('labels and board: without the milestone nothing is done, and that is said', async () => {
  const repo = 'board-none';
  await world.createSample({ name: repo });
  const { activities, input } = await closing({ side: 'before', repo, yaml: 'labels: [x]\n' });
  expect(await activities.ensureLabelled(input)).toEqual({ summary: 'there is no milestone v1.2.0', omitted: true });
});

async function publishedRelease(repo: string): Promise<void> {
  const at = { tag: 'v1.2.0', target: 'main', name: 'v1.2.0', body: '', prerelease: false };
  const { id } = await github.createRelease(rita(repo), at);
  await github.updateRelease(rita(repo), id, { draft: false });
}

test.each(SIDES)(
  'record: killed %s each effect, one record and one checklist lie at the release, as they were first made',
  async (side) => {
    const repo = `record-${side}`;
    await world.createSample({ name: repo });
    await publishedRelease(repo);
    const { activities, input, store, untilDone } = await closing({ side, repo });
    const keep = () => untilDone(() => activities.ensureRecordKept({ ...input, runId: 'run-1', outcome: 'released' }));
    const report = await keep();
    const [release] = await github.releases(rita(repo), 'v1.2.0');
    expect(release!.assets.map(({ name }) => name)).toEqual(['release-record.json', 'release-checklist.md']);
    expect(report.url).toBe(release!.assets[0]!.url);
    const [record] = report.evidence!.flatMap(({ artifact }) => artifact ?? []);
    expect(release!.assets[0]!.digest).toBe(record!.digest);
    expect(JSON.parse(await store.text(record!.digest))).toMatchObject({ schema: 1, outcome: 'released' });
    expect(await keep()).toMatchObject({ adopted: true });
  },
);

test('record: an immutable release takes no further file: that is said, and the store has it', async () => {
  const repo = 'record-immutable';
  await world.createSample({ name: repo, immutableReleases: true });
  await publishedRelease(repo);
  const { activities, input, store, untilDone } = await closing({ side: 'before', repo });
  const keep = () => activities.ensureRecordKept({ ...input, runId: 'run-1', outcome: 'released' });
  const report = await untilDone(keep);
  expect(report).toMatchObject({ omitted: true, url: null, summary: expect.stringContaining('immutable') });
  for (const { artifact } of report.evidence!) expect(await store.has(artifact!.digest)).toBe(true);
});

test("record: somebody else's file of that name is not written over", async () => {
  const repo = 'record-foreign';
  await world.createSample({ name: repo });
  await publishedRelease(repo);
  const [release] = await github.releases(rita(repo), 'v1.2.0');
  const workspace = await (await openWorkspaces(join(root, randomUUID()))).open();
  await workspace.write('release-record.json', new TextEncoder().encode('{}'));
  await github.uploadAsset(rita(repo), release!, 'release-record.json', `${workspace.folder}/release-record.json`);
  const { activities, input, untilDone } = await closing({ side: 'before', repo });
  const keep = () => activities.ensureRecordKept({ ...input, runId: 'run-1', outcome: 'released' });
  await expect(untilDone(keep)).rejects.toMatchObject({ type: 'release-conflict' });
});

test('every way in which closing changes something outside was killed', () => {
  expect(CLOSING.filter((method) => !seen.has(method))).toEqual([]);
});
