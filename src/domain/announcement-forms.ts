import type { Announcement, Occasion } from './announcement.ts';
import { asPlain, asSlack, clamped, slackFromMarkdown, withoutHtml } from './plain-text.ts';
import { toPep440 } from './version.ts';

const LONGEST_MARKDOWN = 60_000;
const LONGEST_TEXT = 20_000;
/** Slack's own limits for a header, for the text of a section, and for the plain text beside them. */
const SLACK = { header: 150, section: 2900, text: 3500 };

/** For GitHub: a title, and a body that holds no HTML but the mark by which a run finds its own again. */
export function asMarkdown(said: Announcement, mark: string): { title: string; body: string } {
  const parts = [
    ...said.lines.map(asPlain),
    ...(said.breaking.length === 0
      ? []
      : [['### What breaks', '', ...said.breaking.map((entry) => `- ${withoutHtml(entry)}`)].join('\n')]),
    withoutHtml(said.notes),
    said.links.map(({ name, url }) => `[${name}](${linkable(url)})`).join(' · '),
  ];
  const body = clamped(parts.filter((part) => part !== '').join('\n\n'), LONGEST_MARKDOWN);
  return { title: clamped(said.subject.replace(/\s+/g, ' '), 250), body: `${body}\n\n${mark}` };
}

/** For e-mail: plain text, in which nothing is markup. */
export function asText(said: Announcement): { subject: string; text: string } {
  const parts = [
    said.lines.join('\n'),
    ...(said.breaking.length === 0
      ? []
      : [['What breaks:', ...said.breaking.map((entry) => `  - ${entry}`)].join('\n')]),
    said.notes,
    said.links.map(({ name, url }) => `${name}: ${url}`).join('\n'),
  ];
  const text = clamped(parts.filter((part) => part !== '').join('\n\n'), LONGEST_TEXT);
  return { subject: clamped(said.subject.replace(/\s+/g, ' '), 250), text: `${text}\n` };
}

/** For Slack and what speaks its form: blocks, and all of it as text for those that show none (Slack shows it in notifications). */
export function asSlackMessage(said: Announcement): { text: string; blocks: readonly object[] } {
  const breaking = said.breaking.map((entry) => `• ${slackFromMarkdown(entry)}`);
  const words = [
    ...said.lines.map(asSlack),
    ...(breaking.length === 0 ? [] : [`*What breaks*\n${breaking.join('\n')}`]),
    slackFromMarkdown(said.notes),
  ];
  const body = words.filter((part) => part !== '').join('\n\n');
  const section = clampedMarks(body, SLACK.section);
  const links = said.links.map(({ name, url }) => `<${linkable(url)}|${asSlack(name)}>`).join('  ·  ');
  return {
    text: clampedMarks(
      [`*${asSlack(said.subject)}*`, body, links].filter((part) => part !== '').join('\n\n'),
      SLACK.text,
    ),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: clamped(said.subject, SLACK.header), emoji: false } },
      ...(section === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: section } }]),
      ...(links === '' ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: links }] }]),
    ],
  };
}

/** For a webhook: everything as data, and the same for the same delivery. */
export function asPayload(said: Announcement, { project, version, procedure, facts }: Occasion, sent: Delivery) {
  return {
    schema: 1,
    ...sent,
    event: said.event,
    project: project.project,
    package: project.package,
    version,
    pep440: toPep440(version),
    procedure: procedure.kind,
    subject: said.subject,
    lines: said.lines,
    breaking: said.breaking,
    notes: clamped(said.notes, LONGEST_TEXT),
    wanted: facts.wanted,
    trouble: facts.trouble,
    reminder: facts.reminder ?? null,
    cadence: facts.cadence ?? null,
    reason: facts.reason,
    links: Object.fromEntries(said.links.map(({ name, url }) => [name, url])),
  };
}

export interface Delivery {
  readonly delivery: string;
  readonly at: string;
  readonly run: string;
}

/** A cut inside an entity or a link would be shown as it stands. */
function clampedMarks(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf('\n'), most / 2)).replace(/&[a-z]*$|<[^>]*$/, '')}…`;
}

function linkable(url: string): string {
  return url
    .replace(/[\s<>|()"]/g, encodeURIComponent)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29');
}
