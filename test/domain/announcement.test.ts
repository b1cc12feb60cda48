import { describe, expect, test } from 'vitest';
import { type AnnouncementFacts, announcementOf, type Occasion } from '../../src/domain/announcement.ts';
import { asMarkdown, asPayload, asSlackMessage, asText } from '../../src/domain/announcement-forms.ts';
import { breakingEntries } from '../../src/domain/breaking-entries.ts';
import { project } from '../support/release-activities.ts';

const NOTES =
  '### Breaking changes\n\n- `greet` is gone: use **hello**\n\n### Added\n\n- See [the guide](https://d.example/a)\n';
const HOTFIX = { kind: 'hotfix', title: 'crash at start', issue: 12, base: null, commits: [] } as const;

function occasion(event: Occasion['event'], change: Partial<Occasion> = {}, facts: Partial<AnnouncementFacts> = {}) {
  const given: Occasion = {
    event,
    project: project('title: Sample\n'),
    version: '1.2.0',
    procedure: { kind: 'release' },
    notes: '',
    runUrl: 'https://slipway.example/runs/release:sample:1.2.0',
    ...change,
    facts: {
      ...{ occasion: 'x', wanted: [], trouble: null, reason: null, instead: null },
      links: {
        index: 'https://index.example/sample',
        'pull request': 'https://github.com/acme/sample/pull/1',
        commit: 'abc',
      },
      ...facts,
    },
  };
  return { given, said: announcementOf(given) };
}
const REMINDER = { number: 3, waited: 259_200, escalatedTo: ['operator'], people: ['quin'] } as const;
const DUE = {
  ...({ bump: 'minor', state: 'overdue', every: '4-6 weeks', days: 50, next: '1.2.0' } as const),
  ...{ last: { version: '1.1.0', at: '2026-01-02T00:00:00.000Z' }, reasons: ['feat: totals'] },
};
const trouble = { step: 'test.gate.lint', attempt: 2, message: '3 findings in <script>', remedy: 'Correct them.' };

describe('what is said', () => {
  test.each([
    ['a release', occasion('released'), 'Sample v1.2.0 is released', 'pip install --upgrade sample==1.2.0'],
    [
      'a pre-release',
      occasion('released', { version: '1.2.0-rc.1' }),
      'Sample v1.2.0-rc.1 is released',
      'sample==1.2.0rc1',
    ],
    [
      'a hotfix',
      occasion('hotfix', { procedure: HOTFIX }),
      'Sample v1.2.0 is released: crash at start (hotfix)',
      'issue #12',
    ],
    [
      'the first word of a rollback',
      occasion('rollback', {}, { reason: 'loses data' }),
      'URGENT: issue with Sample v1.2.0',
      'Why: loses data',
    ],
    [
      'a rollback',
      occasion('rollback', {}, { instead: '1.2.1' }),
      'Sample v1.2.0 is rolled back: use 1.2.1',
      'sample==1.2.1',
    ],
    [
      'a sign-off',
      occasion('sign-off-wanted', {}, { wanted: ['qa', 'tech-lead'] }),
      'Sample v1.2.0 waits for qa, tech-lead',
      'as stable: qa',
    ],
    [
      'a block',
      occasion('blocked', {}, { trouble }),
      'Sample v1.2.0 is blocked at test.gate.lint',
      'Attempt 2: 3 findings',
    ],
    [
      'a reminder',
      occasion('sign-off-wanted', {}, { wanted: ['qa'], reminder: { ...REMINDER, escalatedTo: [] } }),
      'Reminder 3: Sample v1.2.0 waits for qa, for 3 days now',
      'Who can answer: quin.',
    ],
    [
      'an escalated block',
      occasion('escalation', {}, { trouble, reminder: REMINDER }),
      'Escalated: Sample v1.2.0 is blocked at test.gate.lint, for 3 days now',
      'it is said to: operator',
    ],
    [
      'a version that is due',
      occasion('cadence', {}, { cadence: DUE }),
      'Sample: the next minor version, 1.2.0, is overdue',
      '1.1.0 came out 50 days ago, on 2026-01-02; the project wants one every 4-6 weeks.',
    ],
  ])('of %s', (_, { said }, subject, words) => {
    expect(said.subject).toBe(subject);
    expect(said.lines.join('\n')).toContain(words);
  });

  test('what breaks is named where something is out, and nowhere else', () => {
    expect(occasion('released', { notes: NOTES }).said.breaking).toEqual(['`greet` is gone: use **hello**']);
    expect(occasion('blocked', { notes: NOTES }).said).toMatchObject({ breaking: [], notes: '' });
  });

  test('links lead to what people look at, and what is no address is no link', () => {
    expect(occasion('released').said.links.map(({ name }) => name)).toEqual(['Package index', 'Pull request', 'Run']);
    expect(occasion('released', { runUrl: null }, { links: { index: 'javascript:alert(1)' } }).said.links).toEqual([]);
  });
});

test.each([
  ['below its heading, to the next of its level', '## Breaking\n- a\n### More\n- b\n## Added\n- c', ['a', 'b']],
  [
    'by its first word',
    '### Changed\n- **Breaking:** a\n- b\n* backwards-incompatible: c',
    ['**Breaking:** a', 'backwards-incompatible: c'],
  ],
  ['said twice, once', '# Incompatible changes\n- a\n- a', ['a']],
  ['nothing', '### Added\n- a breakthrough', []],
])('breaking entries: %s', (_, notes, found) => {
  expect(breakingEntries(notes)).toEqual(found);
});

describe('forms', () => {
  test('Markdown has the mark, what breaks and the links, and no HTML', () => {
    const evil = '- <img src=x onerror=alert(1)> and `<b>` <!-- slipway:announcement:forged --> <https://a.example>\n';
    const { title, body } = asMarkdown(occasion('released', { notes: NOTES + evil }).said, '<!-- mark -->');
    expect(title).toBe('Sample v1.2.0 is released');
    expect(body).toContain('### What breaks\n\n- `greet` is gone: use **hello**');
    expect(body).toContain('[Package index](https://index.example/sample)');
    expect(body).toContain('&lt;img src=x');
    expect(body).toContain('`<b>`');
    expect(body).toContain('<https://a.example>');
    expect(body.match(/<!--.*?-->/g)).toEqual(['<!-- mark -->']);
  });

  test('words of a failure are shown in Markdown, never read', () => {
    const sent = { ...trouble, message: '<script>x</script> [y](https://z) @everyone *now*' };
    const { body } = asMarkdown(occasion('blocked', {}, { trouble: sent }).said, '');
    expect(body).toContain('&lt;script>x&lt;/script> \\[y\\](https://z) @\u200beveryone \\*now\\*');
  });

  test('a body that is too long is cut, and keeps its mark', () => {
    const { body } = asMarkdown(occasion('released', { notes: 'x'.repeat(100_000) }).said, '<!-- mark -->');
    expect(body.length).toBeLessThan(65_000);
    expect(body.endsWith('<!-- mark -->')).toBe(true);
  });

  test('mail is plain text', () => {
    const { subject, text } = asText(occasion('released', { notes: NOTES }).said);
    expect(subject).toBe('Sample v1.2.0 is released');
    expect(text).toContain('What breaks:\n  - `greet` is gone');
    expect(text).toContain('Run: https://slipway.example/runs/release:sample:1.2.0');
  });

  test('Slack gets its own marks, and nothing that wakes a channel', () => {
    const { given, said } = occasion('released', {
      notes: `${NOTES}- <!channel> & <@U1>\n`,
      project: project('title: "<!here>"\n'),
    });
    const { text, blocks } = asSlackMessage(said);
    expect(given.event).toBe('released');
    expect(text).toMatch(/^\*&lt;!here&gt; v1\.2\.0 is released\*\n/); // for what shows no blocks, with all the rest
    expect(text).toContain('<https://index.example/sample|Package index>');
    const words = JSON.stringify(blocks);
    expect(words).toContain('• `greet` is gone: use *hello*');
    expect(words).toContain('<https://d.example/a|the guide>');
    expect(words).toContain('&lt;!channel&gt; &amp; &lt;@U1&gt;');
    expect(words).not.toContain('<!channel>');
  });

  test("Slack's limits are kept, and no mark is cut in two", () => {
    const notes = Array.from(
      { length: 400 },
      (_, index) => `- [entry ${index}](https://d.example/${index}) & more`,
    ).join('\n');
    const { blocks } = asSlackMessage(occasion('released', { notes, version: '1.2.0' }).said);
    const [header, section] = blocks as { text: { text: string } }[];
    expect(header!.text.text.length).toBeLessThanOrEqual(150);
    expect(section!.text.text.length).toBeLessThanOrEqual(3000);
    expect(section!.text.text).toMatch(/&amp; more…$/);
  });

  test('a webhook gets it as data', () => {
    const { given, said } = occasion('released', { notes: NOTES });
    const sent = { delivery: 'd', at: '2026-01-31T12:00:00Z', run: 'release:sample:1.2.0' };
    expect(asPayload(said, given, sent)).toEqual({
      ...{
        schema: 1,
        ...sent,
        event: 'released',
        project: 'sample',
        package: 'sample',
        version: '1.2.0',
        pep440: '1.2.0',
      },
      ...{ procedure: 'release', subject: 'Sample v1.2.0 is released', lines: said.lines, breaking: said.breaking },
      ...{ notes: NOTES.trim(), wanted: [], trouble: null, reason: null, reminder: null, cadence: null },
      links: {
        'Package index': 'https://index.example/sample',
        'Pull request': 'https://github.com/acme/sample/pull/1',
        Run: 'https://slipway.example/runs/release:sample:1.2.0',
      },
    });
  });
});
