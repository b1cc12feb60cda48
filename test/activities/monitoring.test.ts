import { expect, test } from 'vitest';
import type { PublishDeps } from '../../src/activities/publish/deps.ts';
import { createPublishActivities } from '../../src/activities/publish/index.ts';
import { Problem } from '../../src/domain/problem.ts';
import { project } from '../support/release-activities.ts';

const frozen = project(
  'monitoring: { probes: [ { kind: http, name: a, url: "https://m.example/{name}/{tag}", pointer: "", max: 1, credential: T } ] }',
);
const context = {
  ...{ id: 'release:sample:1.2.0', project: frozen, version: '1.2.0', startedBy: 'rel', time: 0 },
  procedure: { kind: 'release' } as const,
};
const expected = { files: [], tag: { name: 'v1.2.0', object: 'a'.repeat(40) }, yanked: false };

/** What these activities ask of the outside; anything else is not asked. */
function activities(deps: object) {
  const closed = async () => true;
  return createPublishActivities({
    ...{ executions: { closed, state: async () => ({ breaches: [] }) }, archive: { run: async () => undefined } },
    ...{ credentials: { read: async (name: string) => `secret of ${name}` } },
    ...deps,
  } as unknown as PublishDeps);
}

const look = (deps: object, kind: string) =>
  activities(deps).takeReadings({
    ...{ ...context, expected, since: '2026-01-01T00:00:00Z' },
    probes: frozen.monitoring!.probes.filter((probe) => probe.kind === kind) as never,
  });

test('takeReadings: an address is filled in, the secret is read for this very look and goes nowhere else', async () => {
  const asked: unknown[] = [];
  const json = async (...given: unknown[]) => {
    asked.push(...given);
    return 0.5;
  };
  const { readings } = await look({ metrics: { json } }, 'http');
  expect(asked).toEqual(['https://m.example/sample/v1.2.0', { secret: 'secret of T' }]);
  expect(readings).toEqual([{ health: 'healthy', value: 0.5, note: '0.5' }]);
});

test.each([
  ['an index', 'index', { index: { files: () => Promise.reject(new Problem('index-unreachable', 'no answer')) } }],
  ['a git server', 'tag', { remote: { refs: () => Promise.reject(new Problem('git-unreachable', 'no answer')) } }],
  ['GitHub', 'issues', { github: { issues: () => Promise.reject(new Problem('github-rate-limited', 'no answer')) } }],
  [
    'a credential',
    'http',
    { credentials: { read: () => Promise.reject(new Problem('credential-missing', 'no answer')) } },
  ],
])('takeReadings: %s that does not answer makes its probe unknown, and fails nothing', async (_, kind, deps) => {
  expect((await look(deps, kind)).readings).toEqual([{ health: 'unknown', value: null, note: 'no answer' }]);
});

test('takeReadings: issues that Slipway opened itself are no reports of a bug', async () => {
  const issue = (number: number, body: string) => ({ number, title: `issue ${number}`, body });
  const issues = async () => [issue(1, 'It crashes'), issue(2, 'URGENT\n\n<!-- slipway:rollback:sample:1.1.0 -->')];
  expect((await look({ github: { issues } }, 'issues')).readings).toMatchObject([{ value: 1, health: 'unhealthy' }]);
});

test('confirmBreach: without a breach that the monitor knows of nothing is rolled back', async () => {
  const monitor = 'monitor:sample:1.2.0';
  await expect(activities({}).confirmBreach({ monitor })).rejects.toMatchObject({ type: 'breach-unconfirmed' });
  const executions = { closed: async () => true, state: async () => ({ breaches: [{ probe: 'tag' }] }) };
  await activities({ executions }).confirmBreach({ monitor });
});
