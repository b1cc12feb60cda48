import { type CommitMessage, readCommitMessage, squashedMessages, withoutPullRequest } from './commit-message.ts';
import { nextVersion } from './next-version.ts';
import { Problem } from './problem.ts';
import { baseVersion, compareVersions, finalised, highestVersion, isPrerelease } from './version.ts';
import { type TagForm, versionOfTag } from './version-tag.ts';

export type SuggestedBump = 'major' | 'minor' | 'patch' | 'none';

/** What `slipway next --json` prints. */
export interface Suggestion {
  readonly last: string | null;
  readonly bump: SuggestedBump;
  readonly next: string | null;
  readonly reasons: readonly string[];
}

export interface Tag {
  readonly name: string;
  /** From the commit that is to be released. */
  readonly reachable: boolean;
  /** From the last version's tag (`lastVersion`) too: a pre-release that was left behind there is no base. */
  readonly inLast?: boolean;
}

export interface VersionsSoFar {
  /** The highest reachable tag of exactly three numbers: commits count from there. */
  readonly last: Tagged | null;
  /** The highest of version file and tags, pre-releases included: bumps count from there. Null where there is neither. */
  readonly base: string | null;
  readonly notes: readonly string[];
}

export interface Commit {
  readonly sha: string;
  readonly message: string;
  readonly parents?: readonly string[];
}

interface Facts {
  readonly tags: readonly Tag[];
  /** As written in the project's files; null where the version comes from the tag. */
  readonly fileVersion: string | null;
  readonly tagForm: TagForm;
}

interface Tagged {
  readonly version: string;
  readonly tag: string;
}

/** The highest reachable tag of exactly three numbers. */
export function lastVersion(tags: readonly Tag[], form: TagForm): Tagged | null {
  const released = tags.flatMap(({ name, reachable }) => {
    const version = reachable ? versionOfTag(name, form) : undefined;
    return version === undefined || isPrerelease(version) ? [] : [{ version, tag: name }];
  });
  return released.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1) ?? null;
}

export function versionsSoFar({ tags, fileVersion, tagForm }: Facts): VersionsSoFar {
  const notes: string[] = [];
  const last = lastVersion(tags, tagForm);
  const inFile = fileVersion === null ? undefined : countedFrom(fileVersion, notes);
  const tagged = tags.flatMap(({ name, inLast = false }) => {
    const version = versionOfTag(name, tagForm);
    if (version === undefined) return [];
    const givenUp = inLast && last !== null && isPrerelease(version) && compareVersions(version, last.version) > 0;
    if (givenUp) notes.push(`${name} was given up: ${last.tag} came after it`);
    return givenUp ? [] : [version];
  });
  const base = highestVersion(inFile === undefined ? tagged : [...tagged, inFile]) ?? null;
  if (last !== null && base !== null && base !== last.version) {
    notes.push(`the base is ${base} (${base === inFile ? 'the version file' : 'a tag'}), higher than ${last.tag}`);
  }
  return { last, base, notes };
}

function countedFrom(fileVersion: string, notes: string[]): string | undefined {
  try {
    const { version, note } = baseVersion(fileVersion);
    if (note !== undefined) notes.push(note);
    return version;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    notes.push(`the version file is left aside: ${error.message}`);
    return undefined;
  }
}

/** `commits` are those since the last version, oldest first, as git log gives them in reverse. */
export function suggestNext({ last, base, notes }: VersionsSoFar, commits: readonly Commit[]): Suggestion {
  if (last === null) return firstVersion({ base, notes }, commits);
  const { bump, reasons } = suggestBump(commits, base ?? last.version);
  const next = bump === 'none' ? null : nextVersion({ base: base ?? last.version, bump });
  return { last: last.version, bump, next, reasons: [...reasons, ...notes] };
}

function firstVersion({ base, notes }: Pick<VersionsSoFar, 'base' | 'notes'>, commits: readonly Commit[]): Suggestion {
  const next = base === null ? '0.1.0' : finalised(base);
  const { bump, reasons } = suggestBump(commits, base ?? '0.0.0');
  const why =
    base === null
      ? 'no version is tagged and none is in the files: 0.1.0 is a first version'
      : `no version is tagged yet: the first is the one at hand, ${base}${base === next ? '' : `, finalised`}`;
  return { last: null, bump: bump === 'none' ? 'patch' : bump, next, reasons: [why, ...reasons, ...notes] };
}

const RANK: Readonly<Record<SuggestedBump, number>> = { none: 0, patch: 1, minor: 2, major: 3 };

/** Whether what was asked for promises less than the commits hold. */
export function isBelow(asked: SuggestedBump, suggested: SuggestedBump): boolean {
  return RANK[asked] < RANK[suggested];
}

/** The bump that the commits call for, with its reasons. */
export function suggestBump(
  commits: readonly Commit[],
  from: string,
): { bump: SuggestedBump; reasons: readonly string[] } {
  const messages = standing(commits);
  if (messages.length === 0) return { bump: 'none', reasons: ['no commits since the last version'] };
  const conventional = messages.filter(({ type, breaking }) => type !== null || breaking !== null);
  const plain = messages.length - conventional.length;
  if (conventional.length === 0) {
    return {
      bump: 'patch',
      reasons: [`${count(plain)} and no conventional one among them: a patch, unless you know more`],
    };
  }
  const early = compareVersions(from, '1.0.0') < 0;
  const called = conventional.map((message) => ({ message, bump: bumpOf(message, early) }));
  const bump = called.map((entry) => entry.bump).reduce((a, b) => (RANK[b] > RANK[a] ? b : a));
  if (bump !== 'none') {
    const reasons = called.filter((entry) => entry.bump === bump).map(({ message }) => reasonFor(message, early));
    return { bump, reasons: [...reasons, ...(plain === 0 ? [] : [`${count(plain)} without a conventional type`])] };
  }
  if (plain > conventional.length) {
    const share = `${plain} of ${count(messages.length)} have no conventional type`;
    return { bump: 'patch', reasons: [`${share}, the others call for nothing: a patch, unless you know more`] };
  }
  const types = [...new Set(conventional.map(({ type }) => type))].join(', ');
  return { bump: 'none', reasons: [`${count(messages.length)}, and nothing in them calls for a release (${types})`] };
}

function bumpOf({ type, breaking, reverts }: CommitMessage, early: boolean): SuggestedBump {
  if (breaking !== null) return early ? 'minor' : 'major';
  if (type === 'feat') return 'minor';
  if (type === 'fix' || type === 'perf') return 'patch';
  return reverts !== null && takesBackSomething(reverts.subject) ? 'patch' : 'none';
}

/** Users have what was released: to take a feature or a fix of it back is a change for them. */
function takesBackSomething(subject: string | null): boolean {
  if (subject === null) return true;
  const { type, breaking } = readCommitMessage(subject);
  return type === null || breaking !== null || ['feat', 'fix', 'perf'].includes(type);
}

function reasonFor({ subject, breaking, description }: CommitMessage, early: boolean): string {
  if (breaking === null) return subject;
  const what = breaking === description ? '' : `: ${breaking}`;
  return `${subject} (breaking${what}${early ? '; below 1.0.0 a minor' : ''})`;
}

function count(commits: number): string {
  return commits === 1 ? '1 commit' : `${commits} commits`;
}

/** What the commits leave: no merges, no change that was reverted within them, nor its revert. */
export function standing(commits: readonly Commit[]): CommitMessage[] {
  const read = commits.map(({ sha, message, parents }) => ({
    sha,
    message,
    ...readCommitMessage(message, parents?.length),
  }));
  const gone = new Set<number>();
  for (let index = read.length - 1; index >= 0; index -= 1) {
    const reverts = read[index]!.reverts;
    if (reverts === null || gone.has(index)) continue;
    const target = read.findLastIndex((other, at) => at < index && !gone.has(at) && isReverted(other, reverts));
    if (target >= 0) gone.add(index).add(target);
  }
  return read
    .filter(({ merge }, index) => !merge && !gone.has(index))
    .flatMap((commit) => {
      if (commit.type !== null || commit.breaking !== null) return [commit];
      const squashed = squashedMessages(commit.message);
      return squashed.length > 0 ? squashed : [commit];
    });
}

function isReverted(commit: CommitMessage & { sha: string }, reverts: NonNullable<CommitMessage['reverts']>): boolean {
  if (reverts.sha !== null) return commit.sha.startsWith(reverts.sha);
  return reverts.subject !== null && withoutPullRequest(commit.subject) === withoutPullRequest(reverts.subject);
}
