import type { Run } from '../run.ts';
import { look, may } from '../step.ts';

/** After a rollback main carries the revert: people merge its pull request. True where main changed. */
export async function revertMain(run: Run, commit: string): Promise<boolean> {
  const { context, state } = run;
  if (context.procedure.kind !== 'roll-forward') return false;
  const { main } = context.project.branches;
  const id = 'publish.revert';
  const title = `Revert ${context.procedure.bad.tag} on ${main}`;
  const reverted = await may(run, { id, title }, async (using) => {
    const offered = await using.publish.ensureReverted({ ...context, commit });
    if (!offered.pullRequest) return offered;
    const { number, url } = offered.pullRequest;
    state.links.revert = url;
    const merged = await look(run, id, `revert pull request #${number} to be merged`, () =>
      using.waiting(run.waits.reviewEvery).awaitReverted({ ...context, number, commit }),
    );
    return { ...merged, summary: `${offered.summary}; ${merged.summary}` };
  });
  return reverted !== undefined && reverted.omitted !== true;
}
