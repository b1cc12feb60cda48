import type { RunView } from '../api/run-view.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Display } from './display.ts';
import type { Answer } from './people.ts';

const SIGNALS: Readonly<Record<string, string>> = { checks: 'check', 'sign-offs': 'signOff', decisions: 'decide' };

/** The lines that answer a wait, for whoever holds the sign-offs back; each wait is told once. Tokens stay in the report. */
export class ByHand {
  readonly #sandbox: Sandbox;
  readonly #report: string;
  readonly #display: Display;
  readonly #told = new Set<string>();

  constructor(sandbox: Sandbox, report: string, display: Display) {
    this.#sandbox = sandbox;
    this.#report = report;
    this.#display = display;
  }

  tell(run: RunView, answers: readonly Answer[]): void {
    const fresh = answers.filter((answer) => answer.at === 'slipway' && !this.#told.has(JSON.stringify(answer)));
    if (fresh.length === 0) return;
    this.#display.heading(`Yours to answer: ${this.#sandbox.addresses.api}/runs/${run.id}, or by these lines`);
    for (const answer of fresh) {
      this.#told.add(JSON.stringify(answer));
      this.#display.line(`# ${answer.who} ${answer.does}`);
      for (const line of this.#linesOf(run, answer)) this.#display.line(line);
    }
  }

  #linesOf(run: RunView, { path, body, who }: Answer): string[] {
    const { api, temporal } = this.#sandbox.addresses;
    const url = `${api}/v1/runs/${run.id}/${path}`;
    const secret = `$(node -p "require('${this.#report}').people.${who}.token")`;
    const curl = `curl -sS -X POST '${url}' -H "Authorization: Bearer ${secret}" -H 'Content-Type: application/json' -d ${quoted(body)}`;
    const name = SIGNALS[path];
    if (name === undefined) return [curl];
    const payload = { requestId: `by-hand-${this.#told.size}`, by: who, ...body };
    const program = process.env.TEMPORAL_CLI ?? 'temporal';
    return [
      curl,
      `# or: ${program} workflow signal --address ${temporal} --workflow-id '${run.id}' --name ${name} --input ${quoted(payload)}`,
    ];
  }
}

/** For a shell, as one word. */
function quoted(body: object): string {
  return `'${JSON.stringify(body).replaceAll("'", `'\\''`)}'`;
}
