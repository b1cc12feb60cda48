import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PublishActivities } from '../../src/activities/index.ts';
import type { GitHubAccess } from '../../src/activities/ports.ts';
import { createPublishActivities } from '../../src/activities/publish/index.ts';
import { createGitHub } from '../../src/clients/github/github-client.ts';
import { readProjectFile } from '../../src/config/project-file.ts';
import { commentMarker } from '../../src/domain/marker.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import { commitFile, git, TestGithub } from '../sandbox/github/world.ts';
import { runThatDid } from '../support/finished-run.ts';

const ID = 'release:sample:1.2.0';
const PAGE = `https://slipway.acme.example/runs/${ID}`;
const world = new TestGithub();
const github = createGitHub();
let state: RunState;
let activities: PublishActivities;
let branches = 0;

beforeAll(async () => {
  await world.start();
  await world.createSample();
  activities = createPublishActivities({
    github,
    credentials: { read: async () => 'token-rita' },
    directory: { url: async () => 'https://slipway.acme.example/' },
    executions: { state: async () => structuredClone(state) },
  } as never);
});
afterAll(() => world.stop());

const access = (): GitHubAccess => ({
  apiUrl: world.github.apiUrl,
  owner: 'acme',
  repo: 'sample',
  token: 'token-rita',
});

/** A pull request of its own for each test, and a run that asks for sign-offs on it. */
beforeEach(async () => {
  world.journal.clearFaults();
  branches += 1;
  const branch = `release/v${branches}`;
  const clone = await world.clone(`clone-${branches}`, 'token-rita');
  const commit = await commitFile(clone, branch, `file-${branches}`, 'x');
  await git(clone, 'push', '-q', 'origin', branch);
  const pull = await github.createPullRequest(access(), { head: branch, base: 'main', title: branch, body: '' });
  state = runThatDid({ 'test.gate.tests': { summary: 'coverage 91 %' }, 'approve.pull-request': {} });
  const since = '2026-01-31T12:00:00.000Z';
  const waitingFor = [{ step: 'approve.sign-offs', kind: 'sign-off' as const, for: ['qa'], since }];
  Object.assign(state, { phase: 'approve', commit, pullRequest: pull.number, waitingFor });
});

function tell(run = 'first-run') {
  const project = readProjectFile(
    `project: sample\nrepository: ${world.github.url}/acme/sample.git\npublish: { github: { credential: T, apiUrl: "${world.github.apiUrl}" } }\n`,
    { file: 'sample.yaml' },
  );
  const context = { id: ID, project, version: '1.2.0', startedBy: 'rel', time: 0 };
  return activities.ensureTold({ ...context, procedure: { kind: 'release' }, runId: 'run-1', run });
}

const comments = () => github.comments(access(), state.pullRequest!);
const status = () => github.status(access(), state.commit!, 'slipway');
const written = () =>
  world.journal
    .changes()
    .map(({ action }) => action)
    .filter((one) => /comment|status/.test(one));

test('told: a status and one comment, with the run’s page and how to answer', async () => {
  await tell();
  expect(await status()).toEqual({
    ...{ state: 'pending', description: '1.2.0 waits for the sign-off of qa', targetUrl: PAGE },
  });
  const [only, ...others] = await comments();
  expect(others).toEqual([]);
  expect(only?.body).toContain('/slipway approve as qa');
  expect(only?.body).toContain(PAGE);
});

test('told again: nothing is written where nothing changed, and the same comment where something did', async () => {
  await tell();
  const before = written().length;
  await tell();
  expect(written().length).toBe(before);
  Object.assign(state, { phase: 'close', outcome: 'released', ending: 'all is out', waitingFor: [] });
  await tell();
  expect(await status()).toMatchObject({ state: 'success', description: '1.2.0 is released' });
  const all = await comments();
  expect(all).toHaveLength(1);
  expect(all[0]?.body).toContain('1.2.0 is released');
});

test('told: an answer that was lost is found again, and the comment is there once', async () => {
  const fault = { server: 'github', action: 'create-comment', when: 'after', status: 502, times: 1 } as const;
  world.journal.fault(fault);
  await expect(tell()).rejects.toMatchObject({ type: 'github-unreachable' });
  await tell();
  expect(await comments()).toHaveLength(1);
});

test('told: a mark in somebody else’s words is not taken for ours, and they stay as they are', async () => {
  const forged = `${commentMarker({ id: ID, run: 'first-run' })}\n1.2.0 is released`;
  await github.createComment({ ...access(), token: 'token-tom' }, state.pullRequest!, forged);
  await tell();
  await tell();
  const all = await comments();
  expect(all.map(({ author }) => author)).toEqual(['tom', 'rita']);
  expect(all[0]?.body).toBe(forged);
});

test('told: another run of the version has a comment of its own', async () => {
  await tell('first-run');
  await tell('second-run');
  expect(await comments()).toHaveLength(2);
});

test('told: without a pull request the commit alone has a status', async () => {
  const { pullRequest } = state;
  delete state.pullRequest;
  await tell();
  expect(await status()).toMatchObject({ state: 'pending' });
  expect(await github.comments(access(), pullRequest!)).toEqual([]);
});
