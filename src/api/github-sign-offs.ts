import type { Context } from 'hono';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { KnownPerson } from '../config/directory.ts';
import { detailsOf } from '../domain/audit.ts';
import { commandIn, type GitHubCommand } from '../domain/github-command.ts';
import { refusalOfWord } from '../domain/run/github-word.ts';
import { answerKey } from '../domain/run/receive.ts';
import type { RunState } from '../domain/run/state.ts';
import { note } from './audit.ts';
import type { ApiDeps } from './deps.ts';
import type { Written } from './github-word.ts';
import { RequestProblem } from './problems.ts';
import { sendSignal } from './signals.ts';

const ANSWER_WITHIN_MS = 3_000;
/** Whoever may comment could lengthen a run's history: beyond these an hour the audit trail alone has them. */
const HEARD_AN_HOUR = 20;

/** Sign-offs that people write on a run's pull request: sent on as the person whom the account there belongs to. */
export class GitHubSignOffs {
  readonly #deps: ApiDeps;
  readonly #heard = new RateLimiterMemory({ points: HEARD_AN_HOUR, duration: 3600 });

  constructor(deps: ApiDeps) {
    this.#deps = deps;
  }

  /** `projects`: those of the repository that it was written in. */
  async answer(c: Context, written: Written, projects: readonly string[]): Promise<void> {
    const command = commandIn(written.body);
    if (!command) return;
    const { runs } = this.#deps;
    let silent = false;
    for (const project of projects) {
      const { runs: open } = await runs.list({ project, kind: 'release', openOnly: true, size: 100 });
      for (const { id, runId } of open) {
        const state = await runs.state({ id, runId }, ANSWER_WITHIN_MS);
        if (typeof state !== 'string' && state.pullRequest === written.pullRequest)
          return this.#answerBy(c, { written, command, state });
        silent ||= state === 'silent';
      }
    }
    // It may be this one's: GitHub keeps the delivery, and whoever sends it again is answered.
    if (silent) throw new RequestProblem('worker-silent', 'no worker says which run the pull request is of');
  }

  async #answerBy(c: Context, { written, command, state }: Said): Promise<void> {
    const { directory } = this.#deps;
    const { id, runId, project, commit = '', manifest } = state;
    const person = await directory.personOfGitHub(written.account, project);
    const requestId = `github-${written.key}`;
    const body = bodyOf(command, { commit, manifest: manifest?.digest ?? '' });
    note(c, {
      ...{ what: 'signOff', by: person?.login ?? null, means: 'github', project, run: id, runId, key: requestId },
      details: { account: written.account.slice(0, 100), ...detailsOf({ ...body, via: written.url }) },
    });
    const before = person && state.answers[answerKey('signOff', person.login, requestId)];
    if (before) return note(c, { verdict: 'refused', reason: 'it was answered before: told again by GitHub' });
    const refusal = refusalOfWord(state, { word: written, command, person });
    if (refusal !== undefined) return this.#refuse(c, { written, state, requestId, refusal });
    await this.#send(c, { state, person: person!, body, requestId });
  }

  async #refuse(c: Context, { written, state, requestId, refusal }: Refused): Promise<void> {
    note(c, { verdict: 'refused', reason: refusal });
    const { id, runId } = state;
    const listens = await this.#heard.consume(runId).then(() => true, tooMany);
    if (listens)
      await this.#deps.runs.heard(
        { id, runId },
        { requestId, account: written.account.slice(0, 100), answer: refusal },
      );
  }

  async #send(c: Context, { state, person, body, requestId }: Sent): Promise<void> {
    const { id, runId } = state;
    const payload = { ...body, by: person.login, requestId };
    const answered = await sendSignal(this.#deps, { execution: { id, runId }, name: 'signOff', payload });
    const { verdict = 'pending', reason } = answered?.answer ?? {};
    note(c, { verdict: verdict === 'counted' ? 'accepted' : verdict, ...(reason === undefined ? {} : { reason }) });
  }
}

interface Said {
  readonly written: Written;
  readonly command: GitHubCommand;
  readonly state: RunState;
}

interface Refused extends Pick<Said, 'written' | 'state'> {
  readonly requestId: string;
  readonly refusal: string;
}

interface Sent {
  readonly state: RunState;
  readonly person: KnownPerson;
  readonly body: object;
  readonly requestId: string;
}

function bodyOf(command: GitHubCommand, bound: { commit: string; manifest: string }): object {
  if (command.kind === 'unclear') return {};
  const { role, decision, reason } = command;
  return { role, decision, ...bound, ...(reason === undefined ? {} : { comment: reason }) };
}

function tooMany(error: unknown): false {
  if (error instanceof Error) throw error;
  return false;
}
