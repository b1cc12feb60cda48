import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProjectFile, readProjectFile } from '../../src/config/project-file.ts';

const file = 'projects/sample.yaml';
const repository = 'repository: https://github.com/acme/sample.git';
const strict =
  'policy: strict\nenvironment: { python: "3.11" }\ngates: [ { name: tests, run: pytest, coverage: { report: c.json } } ]';

const project = (text: string, host = repository) => readProjectFile(`${host}\n${text}`, { file });

function faults(text: string, host = repository): string[] {
  const read = parseProjectFile(`${host}\n${text}`, { file });
  return 'faults' in read ? read.faults.map(({ path, message }) => `${path} ${message}`) : [];
}

const EVERYTHING = ['released', 'hotfix', 'rollback', 'sign-off-wanted', 'blocked', 'escalation', 'cadence'];

test('announce: a team hears of everything, the public of what is out', () => {
  const { announce } = project(
    'announce: [ { kind: slack, credential: SLACK }, { kind: webhook, url: "https://a.example/x", secret: S }, github-issue, github-discussion ]',
  );
  expect(announce.map(({ name, on }) => [name, on])).toEqual([
    ['slack', EVERYTHING],
    ['webhook', EVERYTHING],
    ['github-issue', EVERYTHING.slice(0, 3)],
    ['github-discussion', EVERYTHING.slice(0, 3)],
  ]);
});

test('announce: mail goes with STARTTLS to port 587 unless it is said otherwise', () => {
  const mail = (further: string) =>
    project(
      `announce: [ { kind: email, host: smtp.acme.example, from: a@acme.example, to: b@acme.example${further} } ]`,
    ).announce[0];
  expect(mail('')).toMatchObject({ port: 587, tls: 'starttls', to: ['b@acme.example'], user: null, credential: null });
  expect(mail(', tls: tls')).toMatchObject({ port: 465 });
  expect(mail(', tls: none, port: 2525')).toMatchObject({ port: 2525 });
});

test('announce: an ellipsis, as an example has it, stands for nothing', () => {
  expect(project('announce: [ … ]').announce).toEqual([]);
});

test('announce: every fault is told at once', () => {
  expect(
    faults(`announce:
  - { kind: pigeon }
  - { kind: webhook, url: "http://hooks.acme.example", secret: ghp_0123456789 }
  - { kind: slack, credential: SLACK, on: [launched] }
  - { kind: email, host: "smtp acme", from: nobody, to: [] }
  - { kind: github-issue, label: x }
milestones: { title: Next }
board: { project: "https://github.com/acme/sample", value: Released }`),
  ).toEqual([
    'announce[0].kind has a kind that is not known here',
    'announce[1].url begins with http://, which is not https://',
    'announce[1].secret is a secret itself, not the name of one',
    'announce[2].on[0] has a value that is not known',
    'announce[3].host is "smtp acme", which cannot be used here',
    'announce[3].from is "nobody", which cannot be used here',
    'announce[3].to is too short',
    'announce[4].label is not a key that is known here',
    'milestones.title is "Next", which cannot be used here',
    'board.project is "https://github.com/acme/sample", which cannot be used here',
  ]);
});

test('announce: rules between keys are told as well', () => {
  expect(
    faults(
      `announce:
  - { kind: github-issue }
  - { kind: slack, credential: A }
  - { kind: slack, credential: B }
  - { kind: email, host: h.example, from: a@b.example, to: [c@d.example], user: me }
  - { kind: email, name: other, host: h.example, from: a@b.example, to: [c@d.example], user: me, credential: P, tls: none }
labels: [released]
milestones: {}
board: { project: 5, value: Released }`,
      'repository: https://git.acme.example/sample.git',
    ),
  ).toEqual([
    'announce[0].kind needs GitHub, which the project does not publish to',
    'announce[2] is a second channel called "slack"',
    'announce[3] has a user and no credential',
    'announce[4].tls would send a password over the network for all to read',
    'labels needs GitHub, which the project does not publish to',
    'milestones needs GitHub, which the project does not publish to',
    'board needs GitHub, which the project does not publish to',
  ]);
});

test.each([
  ['light, nothing written', '', { close: false, next: false }],
  ['light, milestones written', 'milestones: {}', { close: true, next: true, dueDays: null }],
  ['strict, nothing written', strict, { close: true, next: true, dueDays: null }],
  ['strict, turned off', `${strict}\nmilestones: null`, { close: false, next: false }],
  ['only closed', 'milestones: { next: false }', { close: true, next: false }],
  ['days', 'milestones: { due: 45 }', { dueDays: 45 }],
  ['the longest of the schedule', 'milestones: {}\nschedule: { minor: 4-6 weeks }', { dueDays: 42 }],
  ['no day although there is a schedule', 'milestones: { due: null }\nschedule: { minor: monthly }', { dueDays: null }],
])('milestones: %s', (_, text, expected) => {
  expect(project(text).milestones).toMatchObject(expected);
});

test('milestones: without GitHub strict asks for none', () => {
  expect(project(strict, 'repository: https://git.acme.example/sample.git').milestones.close).toBe(false);
});

test('board: a number is of the repository owner, an address of whose it is', () => {
  const board = (wish: string) => project(`board: { project: ${wish}, value: Released }`).board;
  expect(board('7')).toEqual({ owner: null, number: 7, field: 'Status', value: 'Released' });
  expect(board('https://github.com/orgs/acme-labs/projects/12')).toMatchObject({ owner: 'acme-labs', number: 12 });
});

test("announce: the page's example is taken", () => {
  const page = readFileSync(new URL('../../docs/project-file.md', import.meta.url), 'utf8');
  const example = [...page.matchAll(/```yaml\n(.*?)```/gs)]
    .map(([, text]) => text!)
    .find((text) => text.startsWith('announce'));
  expect(project(example!).announce).toHaveLength(4);
});

test('reminders: on the first day, and an operator hears of it on the third; null is nobody', () => {
  expect(project('').reminders).toEqual({
    ...{ after: 86_400, every: 86_400, escalateAfter: 259_200, escalateTo: ['operator'], most: 10 },
  });
  expect(project('reminders: null').reminders).toBeNull();
  expect(project('reminders: { after: 4h, escalateAfter: null }').reminders).toMatchObject({
    ...{ after: 14_400, escalateAfter: null },
  });
});

test('reminders and schedule: every fault is told', () => {
  expect(faults('reminders: { escalateTo: [boss], most: 0 }\nschedule: { minor: often }')).toEqual([
    'reminders.escalateTo[0] has a value that is not known',
    'reminders.most is too small',
    'schedule.minor is "often", which cannot be used here',
  ]);
  expect(faults('reminders: { after: 4d }\nschedule: { minor: 6-4 weeks }')).toEqual([
    'reminders.escalateAfter comes before the first reminder',
    'schedule.minor is "6-4 weeks", which ends before it begins',
  ]);
});
