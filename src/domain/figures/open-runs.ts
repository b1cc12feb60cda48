import type { Waiting } from '../run/state.ts';
import { projectLabel, type Sample, Tally } from './sample.ts';

/** An open run as its figures need it. */
export interface OpenRun {
  readonly project: string;
  readonly kind: string;
  readonly status: string;
  readonly waits: readonly OpenWait[];
}

export interface OpenWait {
  readonly kind: Waiting['kind'] | 'unknown';
  readonly for: readonly string[];
  readonly since: string;
}

const ROLES = ['releaser', 'tech-lead', 'qa', 'product-owner', 'operator', 'viewer', 'admin', 'security'];

/** How many runs are open, and who is waited for since when: of several the one that waits longest. */
export function figuresOfOpen(runs: readonly OpenRun[], known: ReadonlySet<string>, now: string): Sample[] {
  const tally = new Tally();
  for (const run of runs) {
    const project = projectLabel(run.project, known);
    tally.add('slipway_runs', { project, kind: run.kind, status: run.status });
    for (const wait of run.waits) {
      for (const role of rolesOf(wait)) {
        const labels = { project, kind: wait.kind, role };
        tally.add('slipway_waits', labels);
        tally.highest('slipway_wait_oldest_seconds', labels, ageOf(wait, now));
      }
    }
  }
  return tally.samples;
}

/** Only a sign-off waits for roles: what else is waited for has names without end. */
function rolesOf({ kind, for: names }: OpenWait): string[] {
  if (kind !== 'sign-off') return [''];
  return [...new Set(names.map((name) => (ROLES.includes(name) ? name : 'other')))];
}

function ageOf({ since }: OpenWait, now: string): number {
  return Math.max(0, (Date.parse(now) - Date.parse(since)) / 1000);
}
