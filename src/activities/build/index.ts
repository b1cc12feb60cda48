import { withFailures } from '../failures.ts';
import type { BuildActivities } from '../index.ts';
import type { BuildDeps } from './deps.ts';
import { draftingActivities } from './drafting.ts';
import { packagingActivities } from './packaging.ts';
import { buildReadingActivities } from './readings.ts';
import { testingActivities } from './testing.ts';

/** Everything that runs project code; no credential. */
export function createBuildActivities(deps: BuildDeps): BuildActivities {
  return withFailures({
    ...draftingActivities(deps),
    ...testingActivities(deps),
    ...packagingActivities(deps),
    ...buildReadingActivities(deps),
  });
}
