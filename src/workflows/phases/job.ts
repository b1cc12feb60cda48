import type { JobPurpose } from '../../domain/dispatch/own-run.ts';
import type { Undo } from '../../domain/run/state.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { Run } from '../run.ts';
import { lookSoon, tell } from '../step.ts';

interface Jobs<R> {
  readonly entry: JobPurpose;
  /** Written down to be stopped before it is begun. */
  readonly begin: () => Promise<StepReport & { readonly job: { readonly run: number; readonly url: string } | null }>;
  readonly file: string;
  /** Fails `not-yet` until it ended. */
  readonly watch: (job: { readonly run: number; readonly url: string }) => Promise<R>;
}

/** One run of a workflow on GitHub, from its dispatch to its end; undefined where none was needed. */
export async function watched<R>(
  run: Run,
  step: string,
  { begin, entry, file, watch }: Jobs<R>,
): Promise<R | undefined> {
  const { state } = run;
  const undo: Undo = { kind: 'job', ...entry };
  state.undo = [...state.undo.filter((one) => !same(one, undo)), undo];
  const begun = await begin();
  tell(run, step, begun);
  if (begun.job) state.links[file] = begun.job.url;
  const { job } = begun;
  const result = job ? await lookSoon(run, step, `${file} on GitHub`, () => watch(job)) : undefined;
  state.undo = state.undo.filter((one) => !same(one, undo));
  return result;
}

/** Which attempt of its step this is: only another one lets a workflow run once more. */
export function attemptOf(run: Run, id: string): number {
  return run.state.steps.find((one) => one.id === id)?.attempt ?? 1;
}

function same(one: Undo, other: Undo): boolean {
  return one.kind === 'job' && other.kind === 'job' && one.part === other.part && one.commit === other.commit;
}
