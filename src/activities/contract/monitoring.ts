import type { Reading } from '../../domain/health.ts';
import type { BuildProbe, OutsideProbe } from '../../domain/monitoring.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { Expected, RollbackStanding } from '../../domain/standing.ts';
import type { EnvironmentRecipe, ReleaseContext } from '../index.ts';

export interface MonitoringActivities {
  /** One look outside by each probe, in their order; what does not answer is an unknown reading, never a failure. `since`: ISO 8601. */
  takeReadings(
    input: ReleaseContext & { probes: readonly OutsideProbe[]; expected: Expected; since: string },
  ): Promise<{ readings: readonly Reading[]; rollback: RollbackStanding }>;
  /** Asks the monitor itself: nothing is rolled back on a signal's word. `breach-unconfirmed`. */
  confirmBreach(input: { monitor: string }): Promise<void>;
  /** GitHub's "Latest" and the image's `latest` are this version's, where it is the highest stable one. */
  ensurePromoted(input: ReleaseContext & { imageManifest: string | null }): Promise<StepReport>;
}

export interface MonitoringBuildActivities {
  /** The same by what runs project code. `recipe`: of the environment that the project's script runs in. */
  takeBuildReading(input: ReleaseContext & { probe: BuildProbe; recipe: EnvironmentRecipe | null }): Promise<Reading>;
}
