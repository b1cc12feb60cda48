import type { RunView } from '../api/run-view.ts';
import type { Role } from '../domain/project.ts';
import type { Waiting } from '../domain/run/state.ts';
import { askGithub } from '../sandbox/ask-github.ts';
import { PEOPLE } from '../sandbox/people.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { Api } from './api.ts';
import type { Display } from './display.ts';

/** Questions rather than troubles: what a person would say who wants this very release. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'changelog-empty': 'the entries may come from the commits',
  'bump-below-suggestion': 'this version was asked for',
};

/** One thing that a person is wanted for, and how they answer it. */
export interface Answer {
  readonly who: string;
  readonly does: string;
  /** Over Slipway's API, or on GitHub. */
  readonly at: 'slipway' | 'github';
  /** Below the run, or below GitHub's API. */
  readonly path: string;
  readonly body: object;
  readonly method?: 'POST' | 'PUT';
}

interface Rules {
  readonly strict: boolean;
  readonly reviewed: boolean;
  /** owner/name on GitHub. */
  readonly repository: string;
}

/** Everything that people could answer now, by the roles that they hold; nobody signs what they started under strict policy. */
export function answersTo(run: RunView, rules: Rules): Answer[] {
  return run.waitingFor.flatMap((wait) => answersToWait(run, wait, rules));
}

function answersToWait(run: RunView, wait: Waiting, { strict, reviewed, repository }: Rules): Answer[] {
  const named = { commit: run.commit, manifest: run.manifest?.digest };
  if (wait.kind === 'check') {
    const who = personFor('qa', run, strict);
    return run.checklist
      .filter(({ item }) => wait.for.includes(item))
      .map(({ item, text }) => ({
        ...{ who, at: 'slipway', path: 'checks' },
        does: `ticks off "${text}"`,
        body: { item, passed: true, ...named },
      }));
  }
  if (wait.kind === 'sign-off') {
    return (wait.for as readonly Role[]).map((role) => ({
      ...{ who: personFor(role, run, strict), at: 'slipway', path: 'sign-offs' },
      does: `signs off as ${role}`,
      body: { role, decision: 'approve', ...named },
    }));
  }
  if (wait.kind === 'decision') {
    const step = run.steps.find(({ id, status }) => id === wait.step && status === 'blocked');
    const reason = QUESTIONS[step?.problem?.code ?? ''];
    if (step === undefined || reason === undefined) return [];
    const body = { step: step.id, attempt: step.attempt, action: 'skip', reason };
    return [
      {
        who: personFor('operator', run, strict),
        at: 'slipway',
        path: 'decisions',
        does: `answers ${step.id}: ${reason}`,
        body,
      },
    ];
  }
  const number = /pull request #(\d+)/.exec(wait.for.join(' '))?.[1];
  if (!reviewed || wait.kind !== 'outside' || number === undefined) return [];
  const who = personFor('tech-lead', run, strict);
  const toMerge = wait.for.some((what) => what.endsWith('to be merged'));
  const body = { event: 'APPROVE', body: 'Looks right.', ...(toMerge ? {} : { commit_id: run.commit }) };
  return [
    {
      who,
      at: 'github',
      path: `repos/${repository}/pulls/${number}/reviews`,
      does: `approves pull request #${number}`,
      body,
    },
    ...(toMerge
      ? [
          {
            ...{ who, at: 'github' as const, method: 'PUT' as const },
            path: `repos/${repository}/pulls/${number}/merge`,
            does: `merges pull request #${number}`,
            body: { merge_method: 'merge' },
          },
        ]
      : []),
  ];
}

function personFor(role: Role, run: RunView, strict: boolean): string {
  const holders = PEOPLE.filter(({ roles }) => roles.includes(role)).map(({ login }) => login);
  const signed = run.signOffs.filter((one) => one.voided === undefined).map(({ by }) => by);
  const free = strict ? holders.filter((login) => login !== run.startedBy && !signed.includes(login)) : holders;
  return free[0] ?? holders[0] ?? run.startedBy;
}

/** People of the sandbox who answer each question once, over the same interfaces as everybody. */
export class People {
  readonly #sandbox: Sandbox;
  readonly #display: Display;
  readonly #answered = new Set<string>();

  constructor(sandbox: Sandbox, display: Display) {
    this.#sandbox = sandbox;
    this.#display = display;
  }

  /** All that is asked for now, at once; on GitHub in order, where a merge needs its approval. */
  async answer(run: RunView, answers: readonly Answer[]): Promise<void> {
    const onGitHub = async () => {
      for (const answer of answers.filter(({ at }) => at === 'github')) await this.#give(run, answer);
    };
    const here = answers.filter(({ at }) => at === 'slipway');
    await Promise.all([onGitHub(), ...here.map((answer) => this.#give(run, answer))]);
  }

  async #give(run: RunView, { who, does, at, path, body, method }: Answer): Promise<void> {
    const key = JSON.stringify([path, body]);
    if (this.#answered.has(key)) return;
    this.#answered.add(key);
    const { roles = [], token = '', githubToken = '' } = this.#sandbox.people[who] ?? {};
    try {
      const asked = { body, ...(method === undefined ? {} : { method }) };
      if (at === 'github') await askGithub(`${this.#sandbox.addresses.githubApi}/${path}`, githubToken, asked);
      else await new Api(this.#sandbox.addresses.api, token).tell(run.id, path, body);
      this.#display.event(`☞ ${who} (${roles.join(', ')}) ${does}`);
    } catch (error) {
      this.#display.event(`☞ ${who} (${roles.join(', ')}) ${does}: refused, ${(error as Error).message}`);
    }
  }
}
