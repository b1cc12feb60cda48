import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS, metricsOf } from '../../src/observation/catalogue.ts';
import { Metrics } from '../../src/observation/metrics.ts';
import { root } from '../support/imports.ts';

/** `| name | type | labels | …` of every row that begins with a metric of ours. */
function rowsOfThePage(): string[] {
  const page = readFileSync(join(root, 'docs/observation.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(slipway_\w+)` \| (\w+) \| (.+?) \| /gm)];
  return rows.map(([, name, type, labels]) => `${name} ${type} ${labels?.replaceAll(/[` –]/g, '')}`).sort();
}

test('metrics: the page has each of them with its type and labels, and no other', () => {
  const ours = Object.entries(METRICS).map(([name, { type, labels }]) => `${name} ${type} ${labels.join()}`);
  expect(rowsOfThePage()).toEqual(ours.sort());
});

test.each(['api', 'workers'] as const)('metrics: what the %s registers is what the catalogue says', async (process) => {
  const registered = new Metrics(process).registry.getMetricsAsArray().map(({ name }) => name);
  expect(registered.filter((name) => name.startsWith('slipway_')).sort()).toEqual(
    metricsOf(process)
      .map(([name]) => name)
      .sort(),
  );
});

test('metrics: names follow what Prometheus recommends', () => {
  for (const [name, { type }] of Object.entries(METRICS)) {
    if (type === 'counter') expect(name).toMatch(/_total$/);
    else expect(name).not.toMatch(/_total$/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});
