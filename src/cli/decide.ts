import type { Run } from '../api-client/client.ts';
import { NotNow, Usage } from './exit.ts';
import { stepLine } from './run-text.ts';
import { serviceOf } from './service.ts';
import { aimOf, type SignalOptions, tell } from './signal.ts';

interface DecideOptions extends SignalOptions {
  readonly reason: string;
  readonly step?: string;
}

export async function decide(id: string, action: 'retry' | 'skip' | 'abort', options: DecideOptions): Promise<void> {
  const service = await serviceOf(options);
  const aim = aimOf(options);
  const run = await service.showRun(id, aim.run === undefined ? {} : { run: aim.run });
  const step = blockedStep(run, options.step);
  if (!options.json) process.stdout.write(`${stepLine(step)}\n`);
  const body = { step: step.id, attempt: step.attempt, action, reason: options.reason };
  tell(await service.decide(id, body, { ...aim, run: run.runId }), `${action} ${step.id}`, options);
}

function blockedStep({ id, steps }: Run, wanted: string | undefined): Run['steps'][number] {
  const blocked = steps.filter(({ status }) => status === 'blocked');
  const found = wanted === undefined ? blocked : blocked.filter((step) => step.id === wanted);
  const [step] = found;
  if (step === undefined) throw new NotNow(`${id} has no blocked step${wanted === undefined ? '' : ` ${wanted}`}`);
  if (found.length > 1) throw new Usage(`which step? Add --step; blocked: ${found.map((one) => one.id).join(', ')}`);
  return step;
}
