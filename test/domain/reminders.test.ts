import { describe, expect, test } from 'vitest';
import { asked, subjectOfReminder } from '../../src/domain/reminder-words.ts';
import { peopleFor, reminderAt } from '../../src/domain/reminders.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import { PEOPLE, project } from '../support/release-activities.ts';

const DAY = 86_400;
const rules = project().reminders!;
const days = (given = rules) =>
  Array.from({ length: 40 }, (_, at) => reminderAt(given, at + 1)).flatMap((one) => (one ? [one.waited / DAY] : []));

describe('reminders', () => {
  test('are daily until they escalate on the third day, and then ever more seldom', () => {
    expect(days()).toEqual([1, 2, 3, 5, 9, 16, 23, 30, 37, 44]);
    expect([2, 3].map((number) => reminderAt(rules, number)?.escalates)).toEqual([false, true]);
  });

  test('of a wait of nine days are five', () => expect(days().filter((day) => day <= 9)).toHaveLength(5));

  test('that never escalate keep their interval, and end', () => {
    expect(days({ ...rules, escalateAfter: null, most: 4 })).toEqual([1, 2, 3, 4]);
  });

  test('that are wished for every two weeks come no sooner for having escalated', () => {
    expect(days({ ...rules, every: 14 * DAY, most: 4 })).toEqual([1, 15, 29, 43]);
  });
});

function state(policy: string, signedBy: readonly string[] = []): RunState {
  const commit = 'c'.repeat(40);
  const manifest = { digest: `sha256:${'7'.repeat(64)}`, files: [], extras: [] };
  const signOffs = signedBy.map((by) => ({ by, commit, manifest: manifest.digest, decision: 'approve' }));
  const frozen = { project: project(policy), people: PEOPLE };
  return { commit, manifest, signOffs, frozen, startedBy: 'tess' } as unknown as RunState;
}
const STRICT =
  'policy: strict\nenvironment: { python: "3.11" }\ngates: [ { name: t, run: x, coverage: { report: c.json } } ]\n';

describe('who is named', () => {
  test.each<[string, RunState, readonly string[], readonly ('operator' | 'admin')[], string[]]>([
    ['those who hold a role that is wanted', state(''), ['tech-lead'], [], ['tess', 'quin']],
    ['not who has signed already', state('', ['quin']), ['tech-lead'], [], ['tess']],
    ['under strict policy not who started it', state(STRICT), ['tech-lead'], [], ['quin']],
    ['those it is escalated to as well', state(''), ['qa'], ['operator'], ['quin', 'olga']],
    ['nobody for an item of the checklist', state(''), ['web-interface'], [], []],
  ])('%s', (_, given, wanted, to, people) => expect(peopleFor(given, wanted, to)).toEqual(people));
});

test('a reminder says which one it is and for how long it has been so; an escalation to whom it goes', () => {
  const reminder = { number: 3, waited: 3 * DAY, escalatedTo: ['operator' as const], people: ['quin', 'olga'] };
  expect(subjectOfReminder(undefined, 'blocked', 'x waits for qa')).toBe('x waits for qa');
  expect(subjectOfReminder(reminder, 'sign-off-wanted', 'x waits for qa')).toBe(
    'Reminder 3: x waits for qa, for 3 days now',
  );
  expect(subjectOfReminder(reminder, 'escalation', 'x waits for qa')).toBe('Escalated: x waits for qa, for 3 days now');
  expect(asked(reminder)).toEqual(['Who can answer: quin, olga.', 'Nobody has answered, so it is said to: operator.']);
});
