import { refusalByRole } from '../authority.ts';
import type { GitHubCommand } from '../github-command.ts';
import type { Role } from '../project.ts';
import type { RunState, Waiting } from './state.ts';

/** A comment on a pull request, or a review of it, as GitHub tells of it. */
export interface GitHubWord {
  /** `comment-123`, `review-45`: the same word has the same, however often it is told. */
  readonly key: string;
  /** GitHub login of whoever wrote it. */
  readonly account: string;
  readonly at: string;
  /** The commit that was reviewed; a comment names none. */
  readonly commit?: string;
}

/** What was written to Slipway on GitHub, and why it did not count: shown there again. */
export interface Heard {
  readonly requestId: string;
  readonly account: string;
  readonly answer: string;
  readonly at: string;
}

/** What a run knows of its pull request to the main branch. */
export interface OnGitHub {
  /** Its number, once it is open. */
  pullRequest?: number;
  /** What was written there and did not count: all of it counted, the last of it kept. */
  heard?: { readonly count: number; readonly last: readonly Heard[] };
}

export const HOW_TO_SIGN =
  'write `/slipway approve as ROLE` or `/slipway reject as ROLE` on a line of its own, with a reason behind it if you like';

/** Clocks of GitHub and of this service differ; GitHub tells whole seconds. */
const CLOCKS_DIFFER_MS = 10_000;
const KEPT = 10;
const MOST_HEARD = 300;

/** The wait for sign-offs, while the run asks for any. */
export function signOffWait(state: Pick<RunState, 'waitingFor'>): Waiting | undefined {
  return state.waitingFor.find(({ kind }) => kind === 'sign-off');
}

/**
 * Why a word on GitHub is no sign-off; undefined where it may be one, which the run then judges as any other. It names neither commit
 * nor manifest, so it is for what the run asks for as it is written, and for nothing that was asked before or comes later.
 */
export function refusalOfWord(
  state: RunState,
  { word, command, person }: { word: GitHubWord; command: GitHubCommand; person: Known | undefined },
): string | undefined {
  if (command.kind === 'unclear') return `${command.why}: ${HOW_TO_SIGN}`;
  if (!person) return `nobody here has the GitHub account ${word.account}: it is not in the service's configuration`;
  const may = refusalByRole(person, 'sign');
  if (may) return may;
  const wait = signOffWait(state);
  if (!wait || !state.commit || !state.manifest) return 'the run asks for no sign-off now';
  if (word.commit !== undefined && word.commit !== state.commit)
    return `the review is of the commit ${word.commit}, and the run asks for ${state.commit}`;
  if (!(Date.parse(word.at) >= Date.parse(wait.since) - CLOCKS_DIFFER_MS))
    return 'it was written before the run asked for what it asks for now: write it again';
  return undefined;
}

interface Known {
  readonly login: string;
  readonly roles: readonly Role[];
}

/** Keeps what did not count, each once; whoever floods a run is not listened to for ever. */
export function hear(state: RunState, raw: unknown, now: string): void {
  const { requestId, account, answer } = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<
    string,
    unknown
  >;
  if (state.status === 'ended') return;
  if (typeof requestId !== 'string' || typeof account !== 'string' || typeof answer !== 'string') return;
  const { count = 0, last = [] } = state.heard ?? {};
  if (count >= MOST_HEARD || last.some((one) => one.requestId === requestId)) return;
  const heard = {
    requestId: requestId.slice(0, 100),
    account: account.slice(0, 100),
    answer: answer.slice(0, 500),
    at: now,
  };
  state.heard = { count: count + 1, last: [...last, heard].slice(-KEPT) };
}
