import type { CommitMessage } from '../commit-message.ts';
import { type Commit, standing } from '../suggestion.ts';
import type { EntryGroup, EntryKind } from './entries.ts';

const KINDS: Readonly<Record<string, EntryKind>> = {
  feat: 'added',
  fix: 'fixed',
  perf: 'performance',
  security: 'security',
  deprecate: 'deprecated',
  remove: 'removed',
  revert: 'changed',
};
const ORDER: readonly EntryKind[] = [
  'breaking',
  'security',
  'added',
  'changed',
  'deprecated',
  'removed',
  'fixed',
  'performance',
];

/** What a release itself leaves in the history. */
const RELEASE_CHORE =
  /^(?:chore: )?(?:prepar(?:e|ing) (?:for )?(?:the )?(?:next )?(?:release|development|version)|releas(?:e|ing)(?: version)? v?\d|bump(?:ing|ed)? version|version bump|bump to v?\d|back to develop|start(?:ing)? (?:next )?develop|post[- ]release|update (?:the )?changelog|v?\d+\.\d+(?:\.\d+)?\S*$)/i;
const MACHINE =
  /^(?:\[pre-commit\.ci\]|bump \S+ from \S+ to \S+|bump the \S+ group|update pre-commit|pre-commit autoupdate)/i;

/**
 * Entries for a changelog out of what was committed, grouped as people read them: conventional commits by their type, others as changes.
 * Merges, reverted work, release chores and machines' updates are left out; so is what users do not see (docs, tests, tools), unless
 * there is nothing else.
 */
export function changelogFromCommits(commits: readonly Commit[]): EntryGroup[] {
  const messages = standing(commits).filter(({ subject, type, description }) => {
    return (
      type !== 'release' &&
      !RELEASE_CHORE.test(subject) &&
      !RELEASE_CHORE.test(description) &&
      !MACHINE.test(subject) &&
      !MACHINE.test(description)
    );
  });
  const seen = messages.filter((message) => kindOf(message) !== undefined);
  const shown = seen.length > 0 ? seen : messages.filter(({ type }) => type !== null && type !== 'deps');
  const entries = shown.map((message) => ({ kind: kindOf(message) ?? 'changed', text: entryOf(message) }));
  return ORDER.map((kind) => ({
    kind,
    entries: [...new Set(entries.filter((entry) => entry.kind === kind).map(({ text }) => text))],
  })).filter((group) => group.entries.length > 0);
}

function kindOf({ type, breaking }: CommitMessage): EntryKind | undefined {
  if (breaking !== null) return 'breaking';
  return type === null ? 'changed' : KINDS[type];
}

/** "**parser:** Accept tabs (#12)", and for what breaks the author's own words on it. */
function entryOf({ scope, description, subject, breaking }: CommitMessage): string {
  const pulls = /(?: \(#\d+\))+$/.exec(subject)?.[0] ?? '';
  const own = breaking?.startsWith(description) ? breaking : description;
  const why = breaking === null || breaking === own ? '' : `: ${breaking}`;
  return `${scope === null ? '' : `**${scope}:** `}${own[0]!.toUpperCase()}${own.slice(1)}${pulls}${why}`;
}
