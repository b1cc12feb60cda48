import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACTS, refusalByRole, whoMay } from '../../src/domain/authority.ts';
import type { Role } from '../../src/domain/project.ts';
import { assertSignedOff } from '../../src/domain/run/approval.ts';
import { receive } from '../../src/domain/run/receive.ts';
import { missingRoles, verdictOn } from '../../src/domain/run/sign-offs.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import { AT, MANIFEST, runThatDid, STRICT, signed } from '../support/finished-run.ts';
import { COMMIT } from '../support/release-activities.ts';

const ROLES: readonly Role[] = [
  ...(['viewer', 'releaser', 'tech-lead', 'qa', 'product-owner', 'security', 'operator', 'admin'] as const),
];

test('authority: the page of who may do what says what the table says', () => {
  const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w-]+)` \|.*?\| ((?:[✓–] \| ){7}[✓–]) \|$/gm)].map(([, act, marks]) => [
    act,
    marks,
  ]);
  const table = ACTS.map((act) => [act, ROLES.map((role) => (whoMay(act).includes(role) ? '✓' : '–')).join(' | ')]);
  expect(rows).toEqual(table);
});

test('authority: nobody without a role may do anything, and a viewer may look and no more', () => {
  const nobody = { login: 'nora', roles: [] };
  expect(ACTS.filter((act) => refusalByRole(nobody, act) === undefined)).toEqual([]);
  const viewer = { login: 'vera', roles: ['viewer'] as const };
  expect(ACTS.filter((act) => refusalByRole(viewer, act) === undefined)).toEqual(['look']);
});

test('authority: a refusal says who could', () => {
  expect(refusalByRole({ login: 'tom', roles: ['tech-lead'] }, 'start')).toBe(
    'tom (tech-lead) may not start a release: releaser, admin may',
  );
});

test('authority: a project says for itself who may skip and who may roll back', () => {
  const may = { may: { skip: ['tech-lead'], 'roll-back': ['operator'] } } as const;
  expect(refusalByRole({ login: 'tom', roles: ['tech-lead'] }, 'skip', may)).toBeUndefined();
  expect(refusalByRole({ login: 'rita', roles: ['releaser'] }, 'skip', may)).toContain('tech-lead may');
  expect(refusalByRole({ login: 'rita', roles: ['releaser'] }, 'roll-back', may)).toContain('operator may');
});

const PEOPLE = [
  { login: 'rel', name: 'Rel', roles: ['releaser', 'qa'] },
  { login: 'quinn', name: 'Quinn', roles: ['qa', 'tech-lead'] },
  { login: 'quentin', name: 'Quentin', roles: ['qa', 'releaser'] },
  { login: 'tess', name: 'Tess', roles: ['tech-lead'] },
] satisfies { login: string; name: string; roles: Role[] }[];

function waiting(signOffs: string, policy: string, more = ''): RunState {
  const state = runThatDid({}, STRICT.replace('strict', `${policy}\nsignOffs: { release: ${signOffs} }\n${more}`));
  state.frozen = { ...state.frozen!, people: PEOPLE };
  return state;
}

const refused = (state: RunState) => state.refusals.map(({ by, reason }) => `${by}: ${reason}`);

function releasable(state: RunState): void {
  const { project, people: _people } = state.frozen!;
  const { version, procedure, startedBy, signOffs } = state;
  assertSignedOff({ project, version, procedure, startedBy, commit: COMMIT, manifest: MANIFEST, signOffs });
}

describe.each(['light', 'strict'])('N of a role, %s policy:', (policy) => {
  const twoOfQa = () => waiting('[{ role: qa, count: 2 }]', policy);

  test('it takes as many people as the project says', () => {
    const state = twoOfQa();
    signed(state, 'quinn', 'qa');
    expect([missingRoles(state), verdictOn(state)]).toEqual([['qa'], undefined]);
    expect(() => releasable(state)).toThrow('no sign-off by qa');
    signed(state, 'quentin', 'qa');
    expect([missingRoles(state), verdictOn(state)]).toEqual([[], { kind: 'approved' }]);
    releasable(state);
  });

  test('one person counts once, in the run and beside the credential', () => {
    const state = twoOfQa();
    signed(state, 'quinn', 'qa');
    receive(state, 'signOff', { ...approval('quinn', 'qa'), requestId: 'again' }, AT);
    expect(refused(state)).toEqual([expect.stringContaining("quinn has signed off as qa already: another person's")]);
    state.signOffs.push({ ...state.signOffs[0]! });
    expect(() => releasable(state)).toThrow('no sign-off by qa');
  });

  test('nobody is asked for more than that', () => {
    const state = waiting('[qa]', policy);
    signed(state, 'quinn', 'qa');
    signed(state, 'quentin', 'qa');
    expect(refused(state)).toEqual(['quentin: qa has signed off already']);
  });
});

const approval = (by: string, role: string) => ({
  ...{ requestId: `${by} ${role}`, by, role, decision: 'approve', commit: COMMIT, manifest: MANIFEST },
});

test.each([
  ['light', 'rel', []],
  ['strict', 'rel', ['rel: rel started this run, and nobody signs off what they started']],
  ['strict', 'quentin', []],
])('sign-off: under %s policy %s signs what rel started: refused %j', (policy, by, refusals) => {
  const state = waiting('[qa]', policy);
  signed(state, by, 'qa');
  expect(refused(state)).toEqual(refusals);
});

test.each([
  ['light', []],
  ['strict', ['quinn: quinn has signed off already, and nobody signs twice']],
])('sign-off: under %s policy one person signs in two roles: refused %j', (policy, refusals) => {
  const state = waiting('[qa, tech-lead]', policy);
  signed(state, 'quinn', 'qa');
  signed(state, 'quinn', 'tech-lead');
  expect(refused(state)).toEqual(refusals);
});

test.each([
  ['light', '', 'rel', []],
  [
    'strict',
    '',
    'rel',
    ["rel: rel started this run: under strict policy a skip before the merge is another person's to give"],
  ],
  ['strict', '', 'quentin', []],
  ['light', '', 'tess', ['tess: tess (tech-lead) may not skip a step: releaser, operator, admin may']],
  ['strict', 'may: { skip: [tech-lead] }', 'tess', []],
  [
    'light',
    'may: { skip: [tech-lead] }',
    'quentin',
    ['quentin: quentin (qa, releaser) may not skip a step: tech-lead may'],
  ],
])('skip: under %s policy %s, %s skips a gate: refused %j', (policy, may, by, refusals) => {
  const state = waiting('[qa]', policy, may);
  state.steps.push({
    ...{
      id: 'test.gate.tests',
      title: 'Tests',
      status: 'blocked',
      attempt: 1,
      startedAt: AT,
      summary: '',
      evidence: [],
    },
    skippable: true,
  });
  receive(
    state,
    'decide',
    { requestId: '1', step: 'test.gate.tests', attempt: 1, action: 'skip', by, reason: 'flaky' },
    AT,
  );
  expect(refused(state)).toEqual(refusals);
});
