import { expect, test } from 'vitest';
import { detailsOf } from '../../src/domain/run/details.ts';
import { type GitHubWord, hear, refusalOfWord } from '../../src/domain/run/github-word.ts';
import { openState, type RunState } from '../../src/domain/run/state.ts';
import { occasionOf, toldOf } from '../../src/domain/run/told.ts';
import { PEOPLE, project } from '../support/release-activities.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const COMMIT = 'c'.repeat(40);
const MANIFEST = `sha256:${'7'.repeat(64)}` as const;
const URL = 'https://slipway.example/runs/release:sample:1.2.0';
const frozen = {
  project: project('signOffs: { release: [tech-lead, qa] }\npublish: { github: { credential: T } }\n'),
  people: PEOPLE.map((one) => ({ ...one })),
  unsignedSignals: 'refuse' as const,
};

/** A release that waits for its sign-offs, its pull request open. */
function asking(more: Partial<RunState> = {}): RunState {
  const request = { schema: 1 as const, project: 'sample', version: '1.2.0', startedBy: 'rel' };
  const state = openState({ id: 'release:sample:1.2.0', runId: 'r', kind: 'release', request, now: NOW });
  const step = { attempt: 1, startedAt: NOW, skippable: false };
  return Object.assign(state, {
    frozen,
    phase: 'approve',
    commit: COMMIT,
    manifest: { digest: MANIFEST, files: [], extras: [] },
    pullRequest: 3,
    links: { 'pull request': 'https://github.com/acme/sample/pull/3' },
    waitingFor: [{ step: 'approve.sign-offs', kind: 'sign-off', for: ['tech-lead', 'qa'], since: NOW }],
    steps: [
      {
        ...{ ...step, id: 'test.gate.tests', title: 'tests', status: 'done', summary: 'coverage 91 %' },
        evidence: [
          { name: 'tests', value: 120 },
          { name: 'log', artifact: { name: 'log', digest: MANIFEST, size: 1 } },
        ],
      },
      { ...step, id: 'approve.pull-request', title: 'pull request', status: 'done', summary: '', evidence: [] },
    ],
    ...more,
  } as Partial<RunState>);
}

const told = (state: RunState) => toldOf(state, { runUrl: URL });

test('told: whom the run waits for, what the gates measured, and how to answer by link and by command', () => {
  const { status, text } = told(asking());
  expect(status).toEqual({ state: 'pending', description: '1.2.0 waits for the sign-off of tech-lead, qa' });
  for (const part of [COMMIT, MANIFEST, URL, 'since 2026-01-01', '| tests | done | coverage 91 %; tests 120 |'])
    expect(text).toContain(part);
  expect(text).toContain('```\n/slipway approve as tech-lead\n/slipway reject as tech-lead WHY\n');
});

test('told: who signed what, what no longer counts, and who could not sign', () => {
  const signOff = { role: 'qa', decision: 'approve', by: 'quin', at: NOW, commit: COMMIT, manifest: MANIFEST } as const;
  const state = asking({
    signOffs: [
      { ...signOff, voided: 'the commit changed' },
      { ...signOff, comment: 'tried *it*, @everybody' },
    ],
    refusals: [{ at: NOW, signal: 'signOff', by: 'vic', reason: 'vic may not', requestId: 'r', sent: '' }],
  });
  hear(state, { requestId: 'h', account: 'stranger', answer: 'nobody here has it' }, NOW);
  const { text } = told(state);
  expect(text).toContain('- ~~qa: approved by quin');
  expect(text).toContain('tried \\*it\\*, @\u200beverybody');
  expect(text).toContain('- vic: vic may not');
  expect(text).toContain('- stranger on GitHub: nobody here has it');
});

test('told: words of others are shown, and read neither as marks nor as tables', () => {
  const heard = { count: 1, last: [{ requestId: 'h', account: 'x', answer: '<!-- slipway:x -->\n| a |', at: NOW }] };
  const { text } = told(asking({ heard }));
  expect(text).not.toContain('<!--');
  expect(text).toContain('\\| a \\|');
});

test.each([
  [{ phase: 'release', waitingFor: [] }, 'success', '1.2.0 is approved: release'],
  [{ phase: 'observe', waitingFor: [] }, 'success', '1.2.0 is out, and watched'],
  [{ outcome: 'released', ending: 'all is out' }, 'success', '1.2.0 is released'],
  [{ outcome: 'withdrawn', ending: 'rejected by quin' }, 'failure', '1.2.0 is withdrawn: rejected by quin'],
  [{ paused: { by: 'olga', reason: 'lunch', at: NOW } }, 'pending', '1.2.0 is paused by olga'],
] as const)('told: with %o the commit is %s', (more, state, description) => {
  expect(told(asking(more as unknown as Partial<RunState>)).status).toEqual({ state, description });
});

test('told: a description never exceeds what GitHub takes', () => {
  const { status } = told(asking({ outcome: 'abandoned', ending: 'x'.repeat(500) }));
  expect(status.description.length).toBeLessThanOrEqual(140);
});

test('occasions: nothing is told of a dry run, without GitHub, or before people are asked; a tick alone is none', () => {
  expect(occasionOf(asking(), 0)).toBeDefined();
  expect(occasionOf(asking({ steps: [] }), 0)).toBeUndefined();
  const dry = asking();
  Object.assign(dry, { request: { ...dry.request, dryRun: true } });
  expect(occasionOf(dry, 0)).toBeUndefined();
  const without = { ...frozen, project: { ...frozen.project, publish: { ...frozen.project.publish, github: null } } };
  expect(occasionOf(asking({ frozen: without }), 0)).toBeUndefined();
  const ticking = (...names: string[]) =>
    occasionOf(asking({ waitingFor: [{ step: 'approve.checklist', kind: 'check', for: names, since: NOW }] }), 0);
  expect(ticking('a', 'b')).toBe(ticking('b'));
  expect(occasionOf(asking(), 0)).not.toBe(occasionOf(asking({ phase: 'release', waitingFor: [] }), 0));
});

test('occasions: a run that is made to change for ever tells no more, but for its end', () => {
  expect(occasionOf(asking(), 60)).toBeUndefined();
  expect(occasionOf(asking({ outcome: 'released' }), 60)).toBe('released');
});

const command = { kind: 'sign-off', decision: 'approve', role: 'qa' } as const;
const person = { login: 'quin', roles: ['qa'] } as const;
const word = (more: Partial<GitHubWord> = {}): GitHubWord => ({ key: 'comment-1', account: 'Quin', at: NOW, ...more });
const refusal = (state: RunState, more: object = {}) =>
  refusalOfWord(state, { word: word(), command, person, ...more });

test('a word on GitHub may be a sign-off while the run asks, for the commit that it asks for', () => {
  expect(refusal(asking())).toBeUndefined();
  expect(refusal(asking(), { word: word({ commit: COMMIT }) })).toBeUndefined();
  expect(refusal(asking(), { word: word({ commit: 'd'.repeat(40) }) })).toContain(`the run asks for ${COMMIT}`);
  expect(refusal(asking({ waitingFor: [] }))).toContain('asks for no sign-off now');
});

test('a word that was written before the run asked is for something else, whenever GitHub tells of it', () => {
  expect(refusal(asking(), { word: word({ at: '2025-12-31T23:00:00Z' }) })).toContain('written before the run asked');
  expect(refusal(asking(), { word: word({ at: 'some day' }) })).toContain('written before the run asked');
});

test('a word of somebody who is not known, may not, or is not understood says so', () => {
  expect(refusal(asking(), { person: undefined })).toContain('nobody here has the GitHub account Quin');
  expect(refusal(asking(), { person: { login: 'vic', roles: ['viewer'] } })).toContain('may not sign off');
  expect(refusal(asking(), { command: { kind: 'unclear', why: 'no such command' } })).toContain('/slipway approve as');
});

test('what did not count is kept once each, the last of it; nothing after the end', () => {
  const state = asking();
  for (const requestId of ['1', '1', ...Array.from({ length: 12 }, (_, at) => `n${at}`)])
    hear(state, { requestId, account: 'x', answer: 'no' }, NOW);
  expect(state.heard).toMatchObject({ count: 13, last: { length: 10 } });
  hear(state, 'nonsense', NOW);
  state.status = 'ended';
  hear(state, { requestId: 'late', account: 'x', answer: 'no' }, NOW);
  expect(state.heard?.count).toBe(13);
});

test('the Temporal UI tells what the dashboard knows: who waits and how to answer, signed, refused, ticked, measured, frozen, planned', () => {
  const files = [{ name: 'sample-1.2.0.tar.gz', digest: MANIFEST, size: 9 }];
  const state = asking({
    manifest: { digest: MANIFEST, files, extras: [] },
    checklist: [
      { item: 'web', text: 'Web interface', passed: true, by: 'quin', at: NOW },
      { item: 'docs', text: 'User guide' },
    ],
    signOffs: [{ role: 'qa', decision: 'approve', by: 'quin', at: NOW, commit: COMMIT, manifest: MANIFEST }],
    refusals: [{ at: NOW, signal: 'signOff', by: 'vic', reason: 'vic may not', requestId: 'r', sent: '' }],
    plan: { diff: files[0]!, changelog: '', tag: 'v1.2.0', branch: 'release/v1.2.0', effects: ['push the tag v1.2.0'] },
    notUndone: ['files on testpypi'],
  });
  const details = detailsOf(state);
  for (const part of [
    '**Waits for** tech-lead, qa since 2026-01-01',
    '"role":"tech-lead","decision":"approve|reject"',
    `"commit":"${COMMIT}","manifest":"${MANIFEST}"`,
    '`/slipway approve as tech-lead` on pull request #3',
    '- qa: approved by quin',
    '- vic: vic may not',
    '- Web interface (`web`): holds, by quin',
    '- User guide (`docs`): open',
    '| test.gate.tests | done | coverage 91 %; tests 120 |',
    `- sample-1.2.0.tar.gz, 9 bytes, \`${MANIFEST}\``,
    '- push the tag v1.2.0',
    '- files on testpypi',
    'Started by rel at 2026-01-01',
    '[pull request](https://github.com/acme/sample/pull/3)',
  ])
    expect(details).toContain(part);
});
