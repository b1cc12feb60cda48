import { describe, expect, test } from 'vitest';
import { checklistMarkdown } from '../../src/domain/checklist-markdown.ts';
import { openItems } from '../../src/domain/run/checklist.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import { openWindow } from '../../src/domain/run/watching.ts';
import { AT, MANIFEST, runThatDid, signed, ticked } from '../support/finished-run.ts';
import { artifact, COMMIT } from '../support/release-activities.ts';

const WHOLE = {
  'prepare.version': { summary: 'pyproject.toml, src/sample/__init__.py' },
  'prepare.changelog': { summary: 'CHANGELOG.md' },
  'prepare.commit': { summary: 'cccc changes pyproject.toml' },
  'test.gate.tests': { summary: '93.2 % in 4.0 s', evidence: [{ name: 'coverage', value: 93.2 }] },
  'test.gate.security': { summary: 'passed', evidence: [{ name: 'report', artifact: artifact('b.json', '5') }] },
  'test.gate.speed': { summary: 'as fast as before' },
  ...Object.fromEntries(
    ['reviewed', 'checks', 'pythons', 'audit', 'licences'].map((name) => [`test.gate.${name}`, { summary: 'passed' }]),
  ),
  'test.build': { summary: 'sample-1.2.0.tar.gz' },
  'test.install': { summary: 'installs' },
  'test.rehearsal': { summary: 'uploaded' },
  'release.merge': { summary: 'merged' },
  'release.tag': { summary: 'v1.2.0' },
  'release.index': { summary: '2 files' },
  'release.visible': { summary: 'shown' },
  'publish.github-release': {
    summary: 'v1.2.0',
    evidence: [{ name: 'GitHub release', url: 'https://github.com/acme/sample/releases/1' }],
  },
  'publish.docs-site': { summary: 'deployed' },
  'publish.image': { summary: 'pushed' },
  'close.announce.slack': { summary: 'sent' },
  'close.milestones': { summary: 'v1.3.0 created, due 2026-03-14' },
};

function whole(): RunState {
  const state = runThatDid(WHOLE);
  for (const { item } of state.checklist) ticked(state, item);
  signed(state, 'tess', 'tech-lead');
  signed(state, 'quin', 'qa');
  signed(state, 'pat', 'product-owner');
  state.reached = 'published';
  state.outcome = 'released';
  for (const { item } of state.afterwards!) ticked(state, item);
  return state;
}

const lineOf = (state: RunState, text: string) =>
  checklistMarkdown(state)
    .split('\n')
    .find((line) => line.includes(text));

test('checklist: of a release under strict policy that has done everything, every line of the template is ticked', () => {
  const markdown = checklistMarkdown(whole());
  const lines = markdown.split('\n').filter((line) => line.startsWith('- ['));
  expect(lines.filter((line) => !line.startsWith('- [x]'))).toEqual([]);
  expect(markdown.startsWith('# Release Checklist: v1.2.0\n')).toBe(true);
  expect(markdown.match(/^## .*$/gm)).toEqual(['## Pre-Release', '## Release', '## Post-Release', '## Sign-off']);
  for (const text of [
    ...['Version updated in `pyproject.toml`', 'Version updated in `__init__.py`', 'CHANGELOG.md updated'],
    ...['All tests passing', 'Documentation updated', 'Security scan completed', 'Performance benchmarks validated'],
    ...['Release branch created', 'Quality gates passed', 'Package built successfully', 'TestPyPI upload successful'],
    ...['Manual testing completed', 'Tag created and pushed', 'PyPI upload successful', 'GitHub release created'],
    ...[
      'Documentation deployed',
      'Docker images updated',
      'Release announcement sent',
      'Monitoring dashboards checked',
    ],
    ...['Next milestone created', 'Rollback plan documented'],
    ...['Tech Lead approval', 'QA approval', 'Product Owner approval'],
  ])
    expect(
      lines.find((line) => line.includes(text)),
      text,
    ).toBeDefined();
});

test('checklist: a tick has its evidence: numbers, digests, links, who and when', () => {
  const markdown = checklistMarkdown(whole());
  expect(markdown).toContain('coverage: 93.2');
  expect(markdown).toContain(`report: ${artifact('', '5').digest}`);
  expect(markdown).toContain('<https://github.com/acme/sample/releases/1>');
  expect(markdown).toContain(`- [x] QA approval: approve by quin at ${AT}`);
  expect(markdown).toContain(`for commit ${COMMIT}, manifest ${MANIFEST}`);
  expect(lineOf(whole(), 'Security advisories are reviewed')).toContain(`ticked off by quin at ${AT}`);
});

test('checklist: a run that has just begun has ticked nothing, and asks for the sign-offs that policy wants', () => {
  const markdown = checklistMarkdown(runThatDid({}));
  expect(markdown).not.toContain('[x]');
  expect(markdown).toContain('- [ ] Tech Lead approval: \\_\\_');
});

test('checklist: gates that have not begun are not passed, and a scan that has not begun is not left out', () => {
  const state = runThatDid({ 'test.gate.tests': {}, 'test.install': {} });
  for (const text of ['Quality gates passed', 'All tests passing', 'Security scan', 'Performance benchmarks'])
    expect(lineOf(state, text)).toMatch(/^- \[ \] (?!.*n\/a)/);
});

test('checklist: what tests need is more than gates: what was built installs', () => {
  const state = runThatDid({ 'test.gate.tests': {} }, 'gates: [ { name: tests, run: pytest } ]\n');
  expect(lineOf(state, 'Quality gates passed')).toContain('[x]');
  expect(lineOf(state, 'All tests passing')).toContain('[ ]');
});

describe('checklist: what is not done', () => {
  const LIGHT = 'publish: { github: null }\nchangelog: null\n';
  test.each([
    ['no docs site', LIGHT, 'Documentation deployed', 'n/a: the project has no docs site'],
    ['no image', LIGHT, 'Docker images updated', 'n/a: the project has no image'],
    ['no channels', LIGHT, 'Release announcement sent', 'n/a: the project has no channels'],
    ['no GitHub', LIGHT, 'GitHub release created', 'n/a: the project does not publish to GitHub'],
    ['no test index', LIGHT, 'TestPyPI upload', 'n/a: the project names no test index'],
    ['no changelog', LIGHT, 'CHANGELOG.md updated', 'n/a: the project keeps no changelog'],
    ['no benchmarks', LIGHT, 'Performance benchmarks', 'n/a: the project has no benchmarks'],
    ['light policy', LIGHT, 'QA approval', 'n/a: policy asks for none'],
    ['a version from the tag', 'version: { files: [] }\n', 'pyproject.toml', 'n/a: the version comes from the tag'],
  ])('%s: said, with why', (_, yaml, text, why) => {
    expect(lineOf(runThatDid({}, yaml), text)).toMatch(new RegExp(`^- \\[ \\] .* — ${why}`));
  });

  test('a step that failed, or that a person skipped, is not ticked, and says so', () => {
    const state = runThatDid({
      'close.announce.slack': { summary: 'slack answered 500', status: 'failed' },
      'test.rehearsal': { status: 'skipped' },
    });
    state.steps[1]!.skipped = { by: 'olga', reason: 'the test index is down' };
    expect(lineOf(state, 'announcement sent')).toBe('- [ ] Release announcement sent: failed: slack answered 500');
    expect(lineOf(state, 'TestPyPI')).toBe('- [ ] TestPyPI upload successful: skipped by olga: the test index is down');
  });

  test('one that policy left out is n/a, with what the step says', () => {
    const state = runThatDid({ 'test.image': { summary: 'left out by policy: no engine', omitted: true } });
    expect(lineOf(state, 'Docker')).toBe('- [ ] Docker images updated — n/a: left out by policy: no engine');
  });

  test('a window that has not ended is said, and its verdict counts', () => {
    const state = runThatDid({});
    state.window = openWindow({ length: 3600, monitor: 'monitor:sample:1.2.0', now: '2026-02-01T11:00:00.000Z' });
    expect(lineOf(state, 'dashboards')).toContain('[ ] Monitoring dashboards checked: watched until 2026-02-01');
    state.window.verdict = 'healthy';
    expect(lineOf(state, 'dashboards')).toContain('[x]');
    state.window.verdict = 'regressed';
    expect(lineOf(state, 'dashboards')).toContain('[ ]');
  });
});

test('checklist: words of others are shown, never read as marks', () => {
  const state = runThatDid({ 'release.tag': { summary: '<b>x</b> [y](https://evil.example/) *z*' } });
  expect(lineOf(state, 'Tag created')).toBe(
    '- [x] Tag created and pushed: &lt;b>x&lt;/b> \\[y\\](<https://evil.example/>) \\*z\\*',
  );
});

test('checklist: of an old run that was kept before there was this or that, what is known is told', () => {
  const old = { id: 'release:sample:0.9.0', runId: 'r', version: '0.9.0', outcome: 'released', status: 'ended' };
  expect(checklistMarkdown(old as unknown as RunState)).toContain('# Release Checklist: v0.9.0');
});

describe('items for afterwards', () => {
  test('they hold nothing, and are ticked off once something is out', () => {
    const state = runThatDid({});
    expect(state.afterwards!.map(({ item }) => item)).toContain('roadmap');
    expect(openItems(state).map(({ item }) => item)).not.toContain('roadmap');
    ticked(state, 'roadmap');
    expect(state.refusals.at(-1)?.reason).toBe('roadmap is for afterwards: nothing is published yet');
    state.reached = 'published';
    ticked(state, 'roadmap', { requestId: 'again' });
    expect(state.afterwards!.find(({ item }) => item === 'roadmap')).toMatchObject({ passed: true, by: 'quin' });
    expect(lineOf(state, 'roadmap')).toContain('[x]');
  });

  test('one that does not hold voids no sign-off, and those of before stay closed', () => {
    const state = whole();
    ticked(state, 'forums', { requestId: 'no', passed: false });
    expect(state.signOffs.every(({ voided }) => voided === undefined)).toBe(true);
    ticked(state, 'user-guide', { requestId: 'late' });
    expect(state.refusals.at(-1)?.reason).toBe('the release is merged: its checklist is closed');
    ticked(state, 'dashboards', { requestId: 'other', commit: '0'.repeat(40) });
    expect(state.refusals.at(-1)?.reason).toContain('the commit is');
  });
});
