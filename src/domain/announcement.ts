import { breakingEntries } from './breaking-entries.ts';
import type { CadenceNotice } from './cadence.ts';
import { linesOfCadence, subjectOfCadence } from './cadence-words.ts';
import type { AnnouncementEvent } from './channel.ts';
import type { Project } from './project.ts';
import { asked, subjectOfReminder } from './reminder-words.ts';
import type { Reminder } from './reminders.ts';
import type { Procedure } from './run/request.ts';
import { signedAs } from './stage-rules.ts';
import { toPep440 } from './version.ts';
import { tagOf } from './version-tag.ts';

/** What a run knows of the occasion: small, since it is kept in history. */
export interface AnnouncementFacts {
  /** Tells two occasions of one event apart: a second wait, another attempt. Each is announced once. */
  readonly occasion: string;
  readonly links: Readonly<Record<string, string>>;
  /** Whom the run waits for: roles and items of the checklist. */
  readonly wanted: readonly string[];
  /** What a blocked step waits for a decision on. */
  readonly trouble: Trouble | null;
  /** Of a rollback. */
  readonly reason: string | null;
  /** The version to use instead of one that is rolled back. */
  readonly instead: string | null;
  /** Left out where it is said for the first time. */
  readonly reminder?: Reminder;
  /** Which version is due, and since when. */
  readonly cadence?: CadenceNotice;
}

export interface Trouble {
  readonly step: string;
  readonly attempt: number;
  readonly message: string;
  readonly remedy: string;
}

/** Everything that an announcement is made of. */
export interface Occasion {
  readonly event: AnnouncementEvent;
  readonly project: Project;
  readonly version: string;
  readonly procedure: Procedure;
  readonly facts: AnnouncementFacts;
  /** The release notes as Markdown; empty where there are none. */
  readonly notes: string;
  /** The run's page; null where nobody said how people reach it. */
  readonly runUrl: string | null;
}

/** What is said, before a channel gives it its form. */
export interface Announcement {
  readonly event: AnnouncementEvent;
  readonly subject: string;
  /** One sentence each. */
  readonly lines: readonly string[];
  readonly breaking: readonly string[];
  /** Only where something is out. */
  readonly notes: string;
  readonly links: readonly { readonly name: string; readonly url: string }[];
}

const LINKED: readonly (readonly [key: string, name: string])[] = [
  ['index', 'Package index'],
  ['GitHub release', 'GitHub release'],
  ['docs', 'Documentation'],
  ['pull request', 'Pull request'],
  ['issue', 'Issue'],
];

export function announcementOf(occasion: Occasion): Announcement {
  const { event, notes } = occasion;
  const out = event === 'released' || event === 'hotfix';
  return {
    event,
    subject: subjectOf(occasion),
    lines: linesOf(occasion),
    breaking: out ? breakingEntries(notes) : [],
    notes: out ? notes.trim() : '',
    links: linksOf(occasion),
  };
}

function subjectOf({ event, project, version, procedure, facts }: Occasion): string {
  const name = `${project.title} ${tagOf(version, project.version.tag)}`;
  switch (event) {
    case 'released':
      return `${name} is released`;
    case 'hotfix':
      return `${name} is released${procedure.kind === 'hotfix' ? `: ${procedure.title}` : ''} (hotfix)`;
    case 'rollback':
      return facts.instead === null ? `URGENT: issue with ${name}` : `${name} is rolled back: use ${facts.instead}`;
    case 'sign-off-wanted':
    case 'blocked':
    case 'escalation':
      return subjectOfReminder(facts.reminder, event, `${name} ${standstill(facts)}`);
    case 'cadence':
      return subjectOfCadence(project.title, facts.cadence);
  }
}

/** What the run stands still at. */
function standstill({ wanted, trouble }: AnnouncementFacts): string {
  return trouble === null ? `waits for ${wanted.join(', ')}` : `is blocked at ${trouble.step}`;
}

function linesOf({ event, project, version, procedure, facts }: Occasion): string[] {
  switch (event) {
    case 'released':
    case 'hotfix':
      return [
        `Install it: pip install --upgrade ${project.package}==${toPep440(version)}`,
        ...(procedure.kind === 'hotfix' && procedure.issue !== null ? [`It fixes issue #${procedure.issue}.`] : []),
      ];
    case 'rollback':
      return [
        ...(facts.reason === null ? [] : [`Why: ${facts.reason}`]),
        facts.instead === null
          ? `Please do not use ${version}. We are working on it.`
          : `Please use ${facts.instead} instead: pip install --upgrade ${project.package}==${toPep440(facts.instead)}`,
      ];
    case 'sign-off-wanted':
    case 'blocked':
    case 'escalation':
      return facts.trouble === null
        ? [`Wanted, as ${signedAs({ version, procedure })}: ${facts.wanted.join(', ')}.`, ...asked(facts.reminder)]
        : [
            `Attempt ${facts.trouble.attempt}: ${facts.trouble.message}`,
            `What to do: ${facts.trouble.remedy}`,
            'Decide on it: retry, skip or abort.',
            ...asked(facts.reminder),
          ];
    case 'cadence':
      return linesOfCadence(facts.cadence);
  }
}

function linksOf({ event, facts, runUrl }: Occasion): Announcement['links'] {
  const known = LINKED.flatMap(([key, name]) => {
    const url = facts.links[key];
    return url !== undefined && /^https?:\/\//.test(url) ? [{ name, url }] : [];
  });
  return runUrl === null ? known : [...known, { name: event === 'cadence' ? 'Project' : 'Run', url: runUrl }];
}
