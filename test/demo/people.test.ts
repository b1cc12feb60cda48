import { expect, test } from 'vitest';
import type { RunView } from '../../src/api/run-view.ts';
import { answersTo } from '../../src/demo/people.ts';

const rules = { strict: true, reviewed: true, repository: 'acme/thing' };
const commit = 'c'.repeat(40);
const digest = `sha256:${'d'.repeat(64)}`;

function waiting(kind: string, names: string[], rest: object = {}): RunView {
  const run = { commit, manifest: { digest }, startedBy: 'rita', signOffs: [], checklist: [], steps: [] };
  return { ...run, waitingFor: [{ step: 'a.step', kind, for: names, since: '' }], ...rest } as unknown as RunView;
}

test('each role is signed by somebody who holds it, for the commit and the manifest as they are', () => {
  const answers = answersTo(waiting('sign-off', ['tech-lead', 'product-owner']), rules);
  expect(answers.map(({ who, body }) => [who, body])).toEqual([
    ['tom', { role: 'tech-lead', decision: 'approve', commit, manifest: digest }],
    ['paula', { role: 'product-owner', decision: 'approve', commit, manifest: digest }],
  ]);
});

test('under light policy the one who started signs', () => {
  expect(answersTo(waiting('sign-off', ['releaser']), { ...rules, strict: false })[0]?.who).toBe('rita');
});

test('only what is still open on the checklist is ticked off', () => {
  const checklist = ['user-guide', 'advisories'].map((item) => ({ item, text: item }));
  const answers = answersTo(waiting('check', ['advisories'], { checklist }), rules);
  expect(answers.map(({ body }) => body)).toEqual([{ item: 'advisories', passed: true, commit, manifest: digest }]);
});

test('a pull request is approved where somebody asks for it, and otherwise left alone', () => {
  const run = waiting('outside', ['reviews of pull request #7']);
  expect(answersTo(run, rules)[0]).toMatchObject({
    who: 'tom',
    at: 'github',
    path: 'repos/acme/thing/pulls/7/reviews',
  });
  expect(answersTo(run, { ...rules, reviewed: false })).toEqual([]);
});

test.each([
  ['changelog-empty', 1],
  ['bump-below-suggestion', 1],
  ['gate-failed', 0],
  ['index-conflict', 0],
])('a step that is blocked by %s gets %i answer(s): questions are answered, troubles never skipped', (code, count) => {
  const steps = [{ id: 'a.step', attempt: 2, status: 'blocked', problem: { code } }];
  expect(answersTo(waiting('decision', ['decision on a.step'], { steps }), rules)).toHaveLength(count);
});
