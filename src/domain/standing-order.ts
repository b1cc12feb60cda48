import type { Alarm, CadenceName } from './calendar.ts';
import type { StartProof } from './run/proof.ts';

/** What a schedule is to do, time after time: the only argument of the workflow that it starts, signed by the API. */
export interface StandingOrder extends Alarm {
  readonly schema: 1;
  readonly project: string;
  readonly name: CadenceName;
  /** As in the project file: `weekly`, `4-6 weeks`. */
  readonly every: string;
  /** Who wants it so: the project file, until a person changed it. */
  readonly source: 'file' | 'person';
  readonly by: string;
  readonly changedAt: string;
  readonly proof?: StartProof;
}

/** What became of one look. */
export interface CadenceResult {
  readonly kind: 'started' | 'reminded' | 'nothing' | 'refused' | 'failed';
  readonly summary: string;
  /** The run that was started. */
  readonly run?: string;
}

/** Temporal's own id of it, and the beginning of the ids of all that it starts. */
export function scheduleId({ project, name }: Pick<StandingOrder, 'project' | 'name'>): string {
  return `cadence:${project}:${name}`;
}

/** Who starts what no person starts: no login has a colon. */
export function actorOf({ name }: Pick<StandingOrder, 'name'>): string {
  return `schedule:${name}`;
}
