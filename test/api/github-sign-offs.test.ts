import { sign } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../src/domain/run/steps.ts';
import { COMMIT, MANIFEST, openApi, WEBHOOK_SECRET } from './fixture.ts';

const ID = 'release:sample:1.1.0';

let api: ReturnType<typeof openApi>;
let deliveries = 0;
let written = 0;

beforeEach(async () => {
  api = openApi();
  const { state } = await api.openRelease();
  state.pullRequest = 7;
  waitFor(state, 'approve.sign-offs', 'sign-off', ['tech-lead'], new Date(Date.now() - 60_000).toISOString());
});
afterEach(() => api.close());

const state = () => api.runs.open.get(ID)!.state;

async function deliver(event: string, payload: object, delivery = `d${deliveries++}`) {
  const body = JSON.stringify({ repository: { full_name: 'acme/sample' }, ...payload });
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': delivery,
    'x-hub-signature-256': await sign(WEBHOOK_SECRET, body),
  };
  return (await api.app.request('/hooks/github', { method: 'POST', body, headers })).status;
}

const nextId = () => ++written;
const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

function comment(
  login: string,
  body: string,
  more: { action?: string; number?: number; at?: string; issue?: object } = {},
) {
  const { action = 'created', number = 7, at = now(), issue = { pull_request: {} } } = more;
  const id = nextId();
  const html_url = `https://github.com/acme/sample/pull/${number}#issuecomment-${id}`;
  return { action, issue: { number, ...issue }, comment: { id, user: { login }, body, html_url, created_at: at } };
}

function review(login: string, body: string | null, more: { commit?: string; action?: string } = {}) {
  const { commit = COMMIT, action = 'submitted' } = more;
  const id = nextId();
  const html_url = `https://github.com/acme/sample/pull/7#pullrequestreview-${id}`;
  const head = { ref: 'release/v1.1.0' };
  return {
    ...{ action, pull_request: { number: 7, head } },
    review: { id, user: { login }, body, html_url, submitted_at: now(), commit_id: commit, state: 'commented' },
  };
}

const APPROVE = '/slipway approve as tech-lead Read the diff';
const entries = async () => {
  const days = await Promise.all((await api.audit.days()).map((day) => api.audit.entriesOf(day)));
  return days.flat().filter(({ means }) => means === 'github');
};
const answers = () => state().heard?.last.map(({ account, answer }) => `${account}: ${answer}`) ?? [];

test('GitHub: a comment on the pull request signs off as the person whose account it is, for what the run asks for', async () => {
  expect(await deliver('issue_comment', comment('Tom-On-GitHub', APPROVE))).toBe(202);
  const sent = { by: 'tom', role: 'tech-lead', decision: 'approve', commit: COMMIT, manifest: MANIFEST };
  expect(state().signOffs).toMatchObject([{ ...sent, comment: 'Read the diff' }]);
  expect(await entries()).toMatchObject([
    {
      ...{ what: 'signOff', by: 'tom', verdict: 'accepted', project: 'sample', run: ID },
      details: { account: 'Tom-On-GitHub', role: 'tech-lead', commit: COMMIT, manifest: MANIFEST },
    },
  ]);
});

test('GitHub: a review of the commit that the run asks for signs off as well, and wakes the run', async () => {
  expect(await deliver('pull_request_review', review('tom-on-github', APPROVE))).toBe(202);
  expect(state().signOffs).toMatchObject([{ by: 'tom', commit: COMMIT }]);
  expect(api.runs.woken.map(({ id }) => id)).toEqual([ID]);
});

test('GitHub: a review of another commit signs nothing', async () => {
  await deliver('pull_request_review', review('tom-on-github', APPROVE, { commit: 'd'.repeat(40) }));
  expect(state().signOffs).toEqual([]);
  expect(answers()).toEqual([expect.stringContaining(`the run asks for ${COMMIT}`)]);
});

test('GitHub: a rejection rejects, with its reason', async () => {
  await deliver('issue_comment', comment('tom-on-github', '/slipway reject as tech-lead\n\nIt breaks on Windows.'));
  expect(state().signOffs).toMatchObject([{ decision: 'reject', comment: 'It breaks on Windows.' }]);
});

test('GitHub: who does not hold the role is refused by the run, and the trail says so', async () => {
  await deliver('issue_comment', comment('quinn-gh', APPROVE));
  expect(state().signOffs).toEqual([]);
  expect(state().refusals).toMatchObject([{ by: 'quinn', reason: 'quinn does not hold the role tech-lead' }]);
  expect(await entries()).toMatchObject([
    { by: 'quinn', verdict: 'refused', reason: expect.stringContaining('the role') },
  ]);
});

test('GitHub: who may sign nothing at all is refused by the same table as anywhere', async () => {
  await deliver('issue_comment', comment('vera-gh', APPROVE));
  expect(answers()).toEqual([expect.stringContaining('vera (viewer) may not sign off')]);
  expect(await entries()).toMatchObject([{ by: 'vera', verdict: 'refused' }]);
});

test('GitHub: an account that is nobody’s here is refused, even if a person has it as login', async () => {
  for (const stranger of ['stranger', 'tom']) await deliver('issue_comment', comment(stranger, APPROVE));
  expect(state().signOffs).toEqual([]);
  expect(answers()).toEqual([
    expect.stringContaining('nobody here has the GitHub account stranger'),
    expect.stringContaining('nobody here has the GitHub account tom'),
  ]);
  expect(await entries()).toMatchObject([
    { by: null, verdict: 'refused' },
    { by: null, verdict: 'refused' },
  ]);
});

test('GitHub: strangers cannot lengthen a run’s history without end', async () => {
  for (let count = 0; count < 30; count++) await deliver('issue_comment', comment('stranger', APPROVE));
  expect(state().heard?.count).toBe(20);
});

test('GitHub: the same comment counts once, told again under the same delivery or another', async () => {
  const once = comment('tom-on-github', APPROVE);
  for (const delivery of ['same', 'same', 'other']) expect(await deliver('issue_comment', once, delivery)).toBe(202);
  expect(state().signOffs).toHaveLength(1);
  expect(state().refusals).toEqual([]);
  expect(state().heard).toBeUndefined();
  expect((await entries()).map(({ verdict }) => verdict).toSorted()).toEqual(['accepted', 'refused']);
});

test('GitHub: a comment that was written before the run asked for this signs nothing, however late it is told', async () => {
  await deliver('issue_comment', comment('tom-on-github', APPROVE, { at: '2025-01-01T00:00:00Z' }));
  expect(state().signOffs).toEqual([]);
  expect(answers()).toEqual([expect.stringContaining('written before the run asked')]);
});

test('GitHub: nothing is signed where the run does not ask', async () => {
  waitFor(state(), 'approve.sign-offs', 'sign-off', [], now());
  await deliver('issue_comment', comment('tom-on-github', APPROVE));
  expect(state().signOffs).toEqual([]);
  expect(answers()).toEqual([expect.stringContaining('asks for no sign-off now')]);
});

test.each([
  ['an edited comment', 'issue_comment', () => comment('tom-on-github', APPROVE, { action: 'edited' })],
  ['a deleted comment', 'issue_comment', () => comment('tom-on-github', APPROVE, { action: 'deleted' })],
  ['an edited review', 'pull_request_review', () => review('tom-on-github', APPROVE, { action: 'edited' })],
  ['a comment on an issue', 'issue_comment', () => comment('tom-on-github', APPROVE, { issue: {} })],
  ['a comment on another pull request', 'issue_comment', () => comment('tom-on-github', APPROVE, { number: 8 })],
  ['a review without words', 'pull_request_review', () => review('tom-on-github', null)],
  ['talk', 'issue_comment', () => comment('tom-on-github', 'I approve as tech-lead')],
])('GitHub: %s signs nothing, and is not answered', async (_what, event, payload) => {
  expect(await deliver(event, payload())).toBe(202);
  expect(state().signOffs).toEqual([]);
  expect(state().heard).toBeUndefined();
  expect(await entries()).toEqual([]);
});

test('GitHub: what is not understood is answered with how to write it', async () => {
  await deliver('issue_comment', comment('tom-on-github', '/slipway ship it'));
  expect(answers()).toEqual([expect.stringContaining('`/slipway approve as ROLE`')]);
});

test('GitHub: while no worker says whose pull request it is, the delivery fails, and its repeat counts', async () => {
  api.runs.silent = true;
  const once = comment('tom-on-github', APPROVE);
  expect(await deliver('issue_comment', once, 'again')).toBe(503);
  api.runs.silent = false;
  expect(await deliver('issue_comment', once, 'again')).toBe(202);
  expect(state().signOffs).toHaveLength(1);
});
