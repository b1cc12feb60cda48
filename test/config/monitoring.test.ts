import { expect, test } from 'vitest';
import { parseProjectFile } from '../../src/config/project-file.ts';
import type { Monitoring } from '../../src/domain/monitoring.ts';

const base = 'repository: https://github.com/acme/sample.git\n';
const read = (yaml: string) => parseProjectFile(`${base}${yaml}\n`, { file: 'sample.yaml' });

function monitoringOf(yaml: string): Monitoring | null {
  const result = read(yaml);
  if ('faults' in result) throw new Error(JSON.stringify(result.faults));
  return result.project.monitoring;
}

const named = (monitoring: Monitoring | null) => monitoring?.probes.map(({ name }) => name);
const strict =
  'policy: strict\nenvironment: { python: "3.11" }\ngates: [ { name: t, run: p, coverage: { report: c.json } } ]';
const BUILTIN = ['index', 'tag', 'github-release', 'issues'];

test('monitoring: light has no window, strict one of a day with the probes of ours', () => {
  expect(monitoringOf('')).toBeNull();
  expect(monitoringOf(strict)).toMatchObject({ window: 86_400, every: 600, onBreach: 'ask' });
  expect(monitoringOf(strict)?.stages).toEqual(['stable', 'hotfix', 'rollback']);
  expect(named(monitoringOf(strict))).toEqual(BUILTIN);
});

test('monitoring: a probe of ours that is named takes the place of its default, and may be left out', () => {
  const own = monitoringOf(
    'monitoring: { without: [tag], probes: [ { kind: issues, labels: [regression], max: 2 }, install ] }',
  );
  expect(named(own)).toEqual(['index', 'github-release', 'issues', 'install']);
  expect(own?.probes.at(2)).toMatchObject({ labels: ['regression'], max: 2, tolerate: 0, every: 600 });
  expect(own?.probes.at(3)).toMatchObject({ kind: 'install', every: 3600, timeout: 600, tolerate: 1 });
});

test('monitoring: new issues ask people even where a breach rolls back, unless the file says otherwise', () => {
  const who = (yaml: string) => monitoringOf(yaml)?.probes.map(({ kind, onBreach }) => `${kind} ${onBreach}`);
  expect(who('monitoring: { onBreach: rollback }')).toEqual([
    ...['index rollback', 'tag rollback', 'github-release rollback', 'issues ask'],
  ]);
  expect(who('monitoring: { onBreach: rollback, probes: [ { kind: issues, onBreach: rollback } ] }')).toContain(
    'issues rollback',
  );
});

const http = 'kind: http, url: "https://m.example/x", pointer: /x';

test.each([
  ['a window that is shorter than its interval', '{ window: 5m, every: 10m }', ['every']],
  ['no stage', '{ stages: [] }', ['stages']],
  ['a stage that there is not', '{ stages: [gamma] }', ['stages[0]']],
  ['a probe that there is not', '{ probes: [magic] }', ['probes[0].kind']],
  ['no probe at all', '{ without: [index, tag, github-release, issues] }', ['without']],
  ['two probes of one name', `{ probes: [ { ${http}, max: 1 }, { ${http}, max: 2 } ] }`, ['probes[1]']],
  ['a probe that is left out', '{ without: [tag], probes: [tag] }', ['probes[0]']],
  ['a number without a threshold', `{ probes: [ { ${http} } ] }`, ['probes[0]']],
  ['a least above the most', `{ probes: [ { ${http}, min: 2, max: 1 } ] }`, ['probes[0].min']],
  [
    'a pointer that is none',
    '{ probes: [ { kind: http, url: "https://m.example", pointer: x, max: 1 } ] }',
    ['probes[0].pointer'],
  ],
  [
    'an address with a password',
    '{ probes: [ { kind: http, url: "https://a:secret@m.example", pointer: /x, max: 1 } ] }',
    ['probes[0].url'],
  ],
  [
    'another protocol',
    '{ probes: [ { kind: http, url: "file:///etc/passwd", pointer: /x, max: 1 } ] }',
    ['probes[0].url'],
  ],
  [
    'a host from a placeholder',
    '{ probes: [ { kind: http, url: "https://{version}.example", pointer: /x, max: 1 } ] }',
    ['probes[0].url'],
  ],
  [
    'a secret over plain http',
    '{ probes: [ { kind: http, url: "http://m.example", pointer: /x, max: 1, credential: T } ] }',
    ['probes[0].credential'],
  ],
  ['a threshold for an exit status', '{ probes: [ { kind: command, run: x, max: 1 } ] }', ['probes[0]']],
  [
    'a probe that begins after the end',
    `{ window: 1h, probes: [ { ${http}, max: 1, after: 2h } ] }`,
    ['probes[0].after'],
  ],
])('monitoring: %s is a fault with a remedy', (_, monitoring, paths) => {
  const result = read(`monitoring: ${monitoring}`);
  const faults = 'faults' in result ? result.faults : [];
  expect(faults.map(({ path }) => path)).toEqual(paths.map((path) => `monitoring.${path}`));
  expect(faults.every(({ remedy }) => remedy !== '')).toBe(true);
  expect(JSON.stringify(faults)).not.toContain('secret@');
});

test('monitoring: without GitHub its probes are not there, and one that is named is a fault', () => {
  const result = read('publish: { github: null }\nmonitoring: { probes: [issues] }');
  expect('faults' in result && result.faults.map(({ path }) => path)).toEqual(['monitoring.probes[0]']);
});

test('monitoring: what moves after the window needs one', () => {
  const result = read('publish: { promote: after-window }');
  expect('faults' in result && result.faults.map(({ path }) => path)).toEqual(['publish.promote']);
  expect(monitoringOf('publish: { promote: after-window }\nmonitoring: {}')).not.toBeNull();
});
