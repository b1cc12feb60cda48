import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import pino from 'pino';
import type { Credentials } from '../activities/ports.ts';
import { scrub, secretForms } from '../clients/scrub.ts';
import { stepIn } from './headers.ts';
import { type Outcome, outcomeOf } from './worker-measures.ts';

interface LogWish {
  readonly process: string;
  readonly level: string;
  /** Read before a line is written: what is added later counts as well. */
  readonly secrets?: ReadonlySet<string>;
  readonly to?: pino.DestinationStream;
}

/** What the activity at hand is for: on every line that is written meanwhile, whoever writes it. */
const atHand = new AsyncLocalStorage<object>();

/** Lines of JSON. A secret that slipped through all else is blanked out here: one that is known, or that looks like one. */
export function createLog({ process, level, secrets = new Set(), to = pino.destination(1) }: LogWish): pino.Logger {
  const options: pino.LoggerOptions = {
    level,
    base: { process },
    mixin: () => atHand.getStore() ?? {},
    hooks: { streamWrite: (line) => withoutSecrets(line, secrets) },
  };
  return pino(options, to);
}

/** One line for each attempt of an activity, and the run's ids on each line within. A look at what is not there yet is no news. */
export function activityLog(log: pino.Logger): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        const { workflowExecution, activityType: activity, attempt } = info;
        const { workflowId: run, runId } = workflowExecution ?? {};
        const step = stepIn(input.headers);
        return atHand.run({ run, runId, ...(step === undefined ? {} : { step }), activity, attempt }, async () => {
          const began = performance.now();
          const ended = (outcome: Outcome, more: object = {}) =>
            log[LEVEL[outcome]]({ outcome, ms: Math.round(performance.now() - began), ...more }, 'activity');
          try {
            const result = await next(input);
            ended('done');
            return result;
          } catch (error) {
            ended(outcomeOf(error), wordsOf(error));
            throw error;
          }
        });
      },
    },
  });
}

const LEVEL = { done: 'info', cancelled: 'info', 'not-yet': 'debug', failed: 'warn', final: 'warn' } as const;

function wordsOf(error: unknown): object {
  const { type, message } = error as { type?: unknown; message?: unknown };
  return { ...(typeof type === 'string' ? { code: type } : {}), why: String(message).slice(0, 1000) };
}

/** What has been read is in no line from then on. */
export function remembering(credentials: Credentials, secrets: Set<string>): Credentials {
  return {
    async read(name) {
      const secret = await credentials.read(name);
      secrets.add(secret);
      const [, password] = /^[^:\s]+:(.{8,})$/.exec(secret) ?? [];
      if (password !== undefined) secrets.add(password);
      return secret;
    },

    async key(name) {
      const text = await credentials.key(name);
      for (const line of text.split('\n')) if (line.length > 16 && !line.startsWith('-----')) secrets.add(line.trim());
      return text;
    },
  };
}

const LOOKS_SECRET: readonly [RegExp, string][] = [
  [/\b(slipway_|pypi-|gh[pousr]_|github_pat_|glpat-|xox[a-z]-)[\w-]{12,}/g, '$1***'],
  [/\b(Bearer|Basic) [\w.~+/=-]{12,}/gi, '$1 ***'],
  [/(:\/\/)[^/\s:@"\\]+:[^/\s@"\\]+@/g, '$1***@'],
];

function withoutSecrets(line: string, secrets: ReadonlySet<string>): string {
  const known = [...secrets].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const scrubbed = known.length === 0 ? line : scrub(line, secretForms(known));
  return LOOKS_SECRET.reduce((text, [pattern, instead]) => text.replaceAll(pattern, instead), scrubbed);
}
