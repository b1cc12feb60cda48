import type { Approval } from '../../activities/index.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { Hands } from '../activities.ts';
import type { Run } from '../run.ts';
import { attemptOf, watched } from './job.ts';
import type { Tested } from './test.ts';

interface Asked {
  readonly tested: Tested;
  readonly commit: string;
  readonly approval: Approval;
}

/** The project's own workflow publishes the approved files; what the index then holds is what counts. */
export async function publishedByJob(
  run: Run,
  using: Hands,
  { approval, commit, tested }: Asked,
): Promise<StepReport & { readonly url: string }> {
  const { context, state } = run;
  const { adoption, manifest, notes } = tested;
  const target = context.project.publish.index;
  const tag = tagOf(context.version, context.project.version.tag);
  const own = (adoption?.release ?? 'none') === 'none'; // another's draft is not taken back
  if (own && !state.undo.some((one) => one.kind === 'draft')) state.undo.push({ kind: 'draft', tag });
  const attempt = attemptOf(run, 'release.index');
  const adopt = adoption ? { adopt: true } : {};
  let begun: (StepReport & { readonly url: string }) | undefined;
  const published = await watched(run, 'release.index', {
    entry: { part: 'publish', commit, manifest: manifest.digest },
    file: target.workflow!.file,
    begin: async () => {
      const asked = { ...context, target, commit, manifest, notes, approval, attempt, ...adopt };
      const dispatched = await using.upload.ensurePublishDispatched(asked);
      begun = dispatched;
      return dispatched;
    },
    watch: (job) => {
      const { workflow, workflowEvery } = run.waits;
      return using.waitingAtMost(workflowEvery, workflow).awaitPublishedByJob({ ...context, target, manifest, job });
    },
  });
  return published ?? begun!;
}
