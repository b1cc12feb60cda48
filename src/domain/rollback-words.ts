import type { EntryGroup } from './changelog/entries.ts';
import type { RollbackFacts } from './rollback.ts';
import type { RollForward } from './run/request.ts';
import type { RunState, Step } from './run/state.ts';

const LONGEST_REASON = 500;

/** One line of what a person wrote, for places that take no more. */
export function inOneLine(reason: string): string {
  return reason.trim().replace(/\s+/g, ' ').slice(0, LONGEST_REASON);
}

interface Told {
  readonly package: string;
  readonly facts: Pick<RollbackFacts, 'bad' | 'good'>;
  readonly reason: string;
}

export function urgentTitle(tag: string): string {
  return `URGENT: ${tag} Issue`;
}

/** What users are told at once: that something is wrong, and what to use instead. */
export function urgentBody({ package: name, facts, reason }: Told): string {
  return [
    `Issue with ${facts.bad.tag}: ${reason.trim()}`,
    useInstead(name, facts.good?.version),
    'A rollback is under way; this issue is closed when it has ended.',
  ].join('\n\n');
}

/** On top of the GitHub release's notes. */
export function warning({ package: name, facts, reason }: Told): string {
  const instead = useInstead(name, facts.good?.version);
  return `> [!WARNING]\n> **${facts.bad.tag} is rolled back:** ${inOneLine(reason)}\n>\n> ${instead}`;
}

function useInstead(name: string, good: string | undefined): string {
  return good === undefined
    ? `Please do not use ${name} of this version.`
    : `Please use \`${name}==${good}\` until a newer version is out.`;
}

/** What the person who yanks does: the run shows it while it waits. */
export function yankGuide({ package: name, facts, reason }: Told & { facts: RollbackFacts }): string {
  const { page, owners } = facts.yank!;
  const who = owners.length > 0 ? owners.join(' or ') : 'an owner of the project on the index';
  return `to be yanked by ${who}: open ${page}, choose ${name} ${facts.bad.version}, Yank, reason: ${inOneLine(reason)}`;
}

/** The roll-forward's section of the changelog. */
export function rollForwardEntries({ bad, good, reason }: RollForward): EntryGroup[] {
  const why = reason === undefined ? '' : `: ${inOneLine(reason)}`;
  return [{ kind: 'changed', entries: [`Rolls back ${bad.version} to ${good.version}${why}`] }];
}

const PARTS = /^(release|publish)\./;

/** What a rollback did and what not, in one paragraph. */
export function rollbackSummary(state: RunState, name: string): string {
  const parts = state.steps.filter(({ id }) => PARTS.test(id));
  const done = parts.filter(({ status }) => status === 'done' || status === 'adopted');
  const not = parts.filter((step) => !done.includes(step));
  return [
    `${name} ${state.version} is rolled back`,
    ...(done.length > 0 ? [`done: ${done.map(said).join('; ')}`] : []),
    ...(not.length > 0 ? [`not done: ${not.map(said).join('; ')}`] : []),
  ].join('. ');
}

function said({ id, summary }: Step): string {
  return `${id.replace(PARTS, '')} (${summary})`;
}
