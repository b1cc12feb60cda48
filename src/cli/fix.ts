import { serviceOf } from './service.ts';
import { aimOf, type SignalOptions, tell } from './signal.ts';

/** The fix of a hotfix is on its branch. */
export async function fix(id: string, commits: string[], options: SignalOptions): Promise<void> {
  const service = await serviceOf(options);
  tell(
    await service.fixReady(id, { commits }, aimOf(options)),
    `the fix is ready (${commits.length} commits)`,
    options,
  );
}
