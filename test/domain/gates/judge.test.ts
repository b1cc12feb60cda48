import { expect, test } from 'vitest';
import { judgeAudit } from '../../../src/domain/gates/audit.ts';
import { judgeReports } from '../../../src/domain/gates/judge.ts';
import { judgeLicences } from '../../../src/domain/gates/licences.ts';
import type { Gate } from '../../../src/domain/project.ts';

const GATE: Gate = { name: 'tests', run: 'pytest', builtin: null, critical: false, timeout: 60, network: true };
const reading = (text?: string) => () => text;

function summary(covered: number, statements: number, branches: [number, number] = [0, 0]) {
  return {
    summary: {
      covered_lines: covered,
      num_statements: statements,
      covered_branches: branches[0],
      num_branches: branches[1],
    },
  };
}

const COVERAGE = JSON.stringify({
  files: { 'src/sample/domain/a.py': summary(94, 100), 'src/sample/b.py': summary(80, 100) },
});

test.each([
  ['overall and per path, met', { overall: 85, paths: { 'src/sample/domain': 94 } }, []],
  ['overall missed', { overall: 88, paths: {} }, ['coverage is 87.00 %, less than 88 %']],
  [
    'path missed',
    { overall: 85, paths: { 'src/sample/domain': 95 } },
    ['coverage of src/sample/domain is 94.00 %, less than 95 %'],
  ],
  [
    'a path that nothing was measured in',
    { paths: { 'src/other': 10 } },
    ['coverage of src/other: no measured file is below it'],
  ],
])('coverage: %s', (_, wanted, faults) => {
  const gate = { ...GATE, coverage: { report: 'coverage.json', ...wanted } };
  expect(judgeReports(gate, reading(COVERAGE)).faults).toEqual(faults);
});

test('coverage: branches count where they were measured', () => {
  const text = JSON.stringify({ files: { 'a.py': summary(10, 10, [0, 10]) } });
  const gate = { ...GATE, coverage: { report: 'coverage.json', overall: 60, paths: {} } };
  expect(judgeReports(gate, reading(text)).faults).toEqual(['coverage is 50.00 %, less than 60 %']);
});

test('coverage: Cobertura XML says the same as the JSON would', () => {
  const lines =
    '<line number="1" hits="1"/><line number="2" hits="0"/><line number="3" hits="2" branch="true" condition-coverage="50% (1/2)"/>';
  const xml = `<?xml version="1.0"?><coverage><sources><source>/home/x/src/sample</source></sources><packages><package><classes><class filename="domain/a.py"><lines>${lines}</lines></class></classes></package></packages></coverage>`;
  const gate = { ...GATE, coverage: { report: 'coverage.xml', overall: 61, paths: { 'src/sample/domain': 60 } } };
  expect(judgeReports(gate, reading(xml)).faults).toEqual(['coverage is 60.00 %, less than 61 %']);
});

test.each([
  ['that is missing', undefined],
  ['that is no JSON', 'Traceback'],
  ['of something else', '{"results": []}'],
  ['that measured nothing', '{"files": {}}'],
])('coverage: a report %s is no success', (_, text) => {
  const gate = { ...GATE, coverage: { report: 'coverage.json', overall: 0, paths: {} } };
  expect(() => judgeReports(gate, reading(text))).toThrow(expect.objectContaining({ code: 'report-unreadable' }));
});

test('JUnit: failures and errors count, and no test at all is no success', () => {
  const gate = { ...GATE, junit: { report: 'j.xml', minTests: 0, maxFailures: 0, maxSkipped: 1 } };
  const xml = (attributes: string) => `<testsuites><testsuite name="pytest" ${attributes}/></testsuites>`;
  expect(judgeReports(gate, reading(xml('tests="3" failures="1" errors="1" skipped="2"'))).faults).toEqual([
    '2 tests failed, more than 0',
    '2 tests were skipped, more than 1',
  ]);
  expect(judgeReports(gate, reading(xml('tests="0" failures="0" errors="0" skipped="0"'))).faults).toEqual([
    '0 tests ran, fewer than 1',
  ]);
});

test('bandit: severities from failOn upwards count, and a file that it could not read was not scanned', () => {
  const finding = (severity: string) => ({
    issue_severity: severity,
    issue_text: 'shell',
    filename: 'a.py',
    line_number: 3,
  });
  const report = JSON.stringify({
    results: [finding('LOW'), finding('HIGH')],
    errors: [{ filename: 'b.py', reason: 'syntax error' }],
  });
  const gate = { ...GATE, bandit: { report: 'b.json', failOn: 'medium' as const } };
  const { faults, decides, numbers } = judgeReports(gate, reading(report));
  expect(faults).toEqual(['high: shell (a.py:3)', 'b.py was not scanned: syntax error']);
  expect(decides).toBe(true);
  expect(numbers).toContainEqual({ name: 'findings low', value: 1 });
});

const times = (seconds: number) =>
  JSON.stringify({ benchmarks: [{ fullname: 'test_a', stats: { mean: 9, min: seconds } }] });

test.each([
  ['as fast as the last release', times(1), times(1), []],
  ['slower within the limit', times(1.15), times(1), []],
  ['slower than the limit', times(1.5), times(1), ['test_a is 50.0 % slower than the last release, more than 20 %']],
  ['without an earlier benchmark of that name', times(1.5), '{"benchmarks": []}', []],
])('benchmark: %s', (_, now, before, faults) => {
  const gate = { ...GATE, benchmark: { report: 'b.json', maxSlower: 0.2 } };
  expect(judgeReports(gate, reading(now), reading(before)).faults).toEqual(faults);
});

test('audit: what could not be audited is no clean bill, whatever pip-audit exits with', () => {
  const text = JSON.stringify({ dependencies: [{ name: 'click', skip_reason: 'Dependency not found' }] });
  expect(() => judgeAudit({ ignore: [] }, { text, own: 'sample' })).toThrow(
    expect.objectContaining({ code: 'nothing-audited' }),
  );
});

test('audit: an advisory is a fault unless the project ignores it, and the own package is on no list yet', () => {
  const click = {
    name: 'click',
    version: '8.0.0',
    vulns: [{ id: 'PYSEC-1', aliases: ['CVE-1'], fix_versions: ['8.1.0'] }],
  };
  const text = JSON.stringify({ dependencies: [click, { name: 'Sample_X', skip_reason: 'not found' }] });
  expect(judgeAudit({ ignore: [] }, { text, own: 'sample-x' }).faults).toEqual([
    'click 8.0.0: PYSEC-1, fixed in 8.1.0',
  ]);
  expect(judgeAudit({ ignore: ['CVE-1'] }, { text, own: 'sample-x' }).faults).toEqual([]);
});

test('licences: one of several that is allowed is enough, and spellings of one licence are one', () => {
  const licensed = (Name: string, License: string) => ({ Name, Version: '1.0', License });
  const text = JSON.stringify([
    licensed('a', 'Apache Software License'),
    licensed('b', 'GPL-3.0; MIT License'),
    licensed('c', 'GPL-3.0'),
  ]);
  const { faults } = judgeLicences({ allow: ['Apache', 'MIT'], ignore: [] }, { text, own: 'sample' });
  expect(faults).toEqual(['c 1.0 is under GPL-3.0, which the project does not allow']);
});
