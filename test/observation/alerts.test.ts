import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { baseEnvironment, findProgram, run } from '../../src/clients/command.ts';
import { METRICS } from '../../src/observation/catalogue.ts';
import { root } from '../support/imports.ts';

const folder = join(root, 'deploy/prometheus');
const text = (file: string) => readFileSync(join(root, 'deploy', file), 'utf8');
const env = baseEnvironment();
/** In Debian's package `prometheus`. */
const promtool = await findProgram('promtool', env.PATH ?? '');

/** Of the Temporal SDK, as far as it is drawn or alerted on: docs/observation.md. */
const TEMPORALS = ['temporal_workflow_task_execution_failed_total', 'temporal_worker_task_slots_available'];

interface Rule {
  readonly alert: string;
  readonly expr: string;
}
const { groups } = parse(text('prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);

async function promtoolSays(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(promtool!, args, { cwd: folder, env, timeoutSeconds: 60 });
  expect([exitCode, exitCode === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  return stdout;
}

test.skipIf(!promtool)(
  'alerts: promtool (Debian: prometheus) takes the rules and the example of a configuration',
  async () => {
    expect(await promtoolSays('check', 'rules', 'alerts.yml')).toContain(`${rules.length} rules found`);
    await promtoolSays('check', 'config', '--syntax-only', 'prometheus.yml');
  },
);

test.skipIf(!promtool)(
  'alerts: promtool (Debian: prometheus) makes each fire when it must, and none on a good day',
  async () => {
    expect(await promtoolSays('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  },
);

test('alerts: each is made to fire, and is looked at on a good day', () => {
  interface Expected {
    readonly alertname: string;
    readonly exp_alerts: unknown[];
  }
  const { tests } = parse(text('prometheus/alerts.test.yml')) as { tests: { alert_rule_test: Expected[] }[] };
  const all = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  const named = (fires: boolean) =>
    all.filter((one) => one.exp_alerts.length > 0 === fires).map((one) => one.alertname);
  for (const fires of [true, false]) expect(new Set(named(fires))).toEqual(new Set(rules.map(({ alert }) => alert)));
});

test.each([
  ['the alerts', rules.map(({ expr }) => expr).join('\n')],
  ['the dashboard', JSON.stringify(JSON.parse(text('grafana/slipway.json')))],
])('every metric that %s names is one that there is', (_, queries) => {
  const named = new Set(queries.match(/\b(slipway|temporal)_\w+/g));
  expect(named.size).toBeGreaterThan(10);
  const known = (name: string) =>
    name in METRICS || name.replace(/_bucket$/, '') in METRICS || TEMPORALS.includes(name);
  expect([...named].filter((name) => !known(name))).toEqual([]);
});

test('the dashboard draws every metric of releases, and its panels do not overlap', () => {
  const { panels } = JSON.parse(text('grafana/slipway.json')) as {
    panels: { id: number; gridPos: { x: number; y: number; w: number; h: number }; targets?: { expr: string }[] }[];
  };
  const drawn = panels
    .flatMap(({ targets }) => targets ?? [])
    .map(({ expr }) => expr)
    .join('\n');
  const releases = Object.entries(METRICS)
    .filter(([, { of }]) => of === 'releases')
    .map(([name]) => name);
  expect(releases.filter((name) => !drawn.includes(name))).toEqual([]);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
  );
  expect(cells.length).toBe(new Set(cells).size);
});
