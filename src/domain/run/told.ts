import { asPlain, clamped } from '../plain-text.ts';
import { signOffWait } from './github-word.ts';
import type { ReleaseRequest } from './request.ts';
import type { Phase, RunState, Waiting } from './state.ts';
import { parts } from './told-parts.ts';

/** What GitHub shows of a run: the status of its commit, and the text of the one comment on its pull request. */
export interface Told {
  readonly status: { readonly state: CommitState; readonly description: string };
  readonly text: string;
}

export type CommitState = 'pending' | 'success' | 'failure' | 'error';

/** By which a commit's status is known as ours. */
export const STATUS_CONTEXT = 'slipway';

const PULL_REQUEST = 'approve.pull-request';
/** GitHub takes 140 characters, and 65,536 of a comment. */
const LONGEST_DESCRIPTION = 140;
const LONGEST_TEXT = 60_000;
/** Whoever makes a run change for ever does not fill its history by that; its end is told all the same. */
const MOST_OCCASIONS = 60;

/** Names what would be told, so that each is told once; undefined where there is nothing to tell or nobody to tell it to. */
export function occasionOf(state: RunState, before: number): string | undefined {
  const { frozen, request, kind, outcome, commit } = state;
  const { dryRun, testOnly } = request as ReleaseRequest;
  if (!frozen?.project.publish.github || !commit || kind === 'rollback' || dryRun || testOnly) return undefined;
  // Before that nobody is asked, and there is no pull request to tell it on.
  if (!state.steps.some(({ id }) => /^(approve|release)\./.test(id) && (id !== PULL_REQUEST || state.pullRequest)))
    return undefined;
  if (outcome !== undefined) return outcome;
  if (before >= MOST_OCCASIONS) return undefined;
  return JSON.stringify([
    LASTING[state.phase] ?? state.phase,
    state.paused !== undefined,
    commit,
    state.waitingFor.filter(isForPeople).map((one) => [one.step, one.kind === 'check' ? [] : one.for]), // ticks are counted when something else is told
    state.steps.filter(({ status }) => status === 'blocked').map(({ id, attempt }) => [id, attempt]),
    state.signOffs.map(({ voided }) => voided === undefined),
    state.refusals.filter(({ signal }) => signal === 'signOff').length,
    state.heard?.count ?? 0,
  ]);
}

/** Between approval and window, and after it, a run goes on by itself: that it does is told once. */
const LASTING: Readonly<Partial<Record<Phase, Phase>>> = { publish: 'release', close: 'observe' };

/** Its turn, or an index that catches up, is a matter of minutes; whoever reads a pull request can do nothing about it. */
function isForPeople({ kind, for: names }: Waiting): boolean {
  return (
    kind !== 'turn' &&
    kind !== 'machine' &&
    (kind !== 'outside' || names.some((name) => name.includes('pull request #')))
  );
}

/** `runUrl`: the run's page; null where nobody said how people reach the service. */
export function toldOf(state: RunState, { runUrl }: { runUrl: string | null }): Told {
  const { state: status, words } = inOneLine(state);
  return {
    status: { state: status, description: clamped(words, LONGEST_DESCRIPTION) },
    text: clamped([`### Slipway: ${asPlain(words)}`, ...parts(state, runUrl)].join('\n\n'), LONGEST_TEXT),
  };
}

/** Approved is a success for a pull request: what remains is the run's own to do. */
function inOneLine(state: RunState): { state: CommitState; words: string } {
  const { version, outcome, ending } = state;
  if (outcome === 'released') return { state: 'success', words: `${version} is released` };
  if (outcome !== undefined) return { state: 'failure', words: `${version} is ${outcome}: ${ending ?? ''}` };
  const blocked = state.steps.filter(({ status }) => status === 'blocked').map(({ id }) => id);
  if (blocked.length > 0) return { state: 'error', words: `${version} needs a decision on ${blocked.join(', ')}` };
  const approved = state.phase !== 'approve' && state.phase !== 'test' && state.phase !== 'prepare';
  const standing = { state: approved ? ('success' as const) : ('pending' as const) };
  if (state.paused) return { ...standing, words: `${version} is paused by ${state.paused.by}` };
  const wait = signOffWait(state) ?? state.waitingFor[0];
  if (wait && !approved) return { ...standing, words: `${version} waits for ${named(wait)}` };
  if (state.phase === 'observe') return { ...standing, words: `${version} is out, and watched` };
  return { ...standing, words: approved ? `${version} is approved: ${state.phase}` : `${version}: ${state.phase}` };
}

function named({ kind, for: names }: Waiting): string {
  if (kind === 'check') return 'its checklist';
  return kind === 'sign-off' ? `the sign-off of ${names.join(', ')}` : names.join(', ');
}
