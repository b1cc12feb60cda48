import colours from 'picocolors';
import type { Answered, Run } from '../api-client/client.ts';
import { EXIT } from './exit.ts';
import { waitLines } from './run-text.ts';
import type { ServiceOptions } from './service.ts';

export interface SignalOptions extends ServiceOptions {
  readonly run?: string;
  readonly key?: string;
}

/** Which execution, and under which key: as an API call takes them. */
export function aimOf({ run, key }: SignalOptions): { run?: string; key?: string } {
  return { ...(run === undefined ? {} : { run }), ...(key === undefined ? {} : { key }) };
}

/** Says that it counted and what the run waits for now; exit 3 where the run has not looked yet. */
export function tell(answered: Answered, what: string, { json = false }: ServiceOptions): void {
  if (!answered.counted) process.exitCode = EXIT.pending;
  if (json) {
    process.stdout.write(`${JSON.stringify({ counted: answered.counted, run: answered.run ?? null })}\n`);
    return;
  }
  if (!answered.counted) {
    process.stdout.write(
      `Sent: ${what}. The run has not looked at it yet; send it again under the same --key, or look.\n`,
    );
    return;
  }
  process.stdout.write(`${colours.green('✓')} ${what}\n${stateLines(answered.run)}`);
}

function stateLines(run: Run): string {
  const now = run.status === 'ended' ? [`ended: ${run.outcome ?? ''}`] : waitLines(run);
  return now.map((line) => `${line}\n`).join('');
}
