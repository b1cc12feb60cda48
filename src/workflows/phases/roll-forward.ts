import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  type ChildWorkflowHandle,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import type { ProblemCode } from '../../domain/problem.ts';
import type { RollbackFacts } from '../../domain/rollback.ts';
import type { ReleaseRequest, RollbackRequest, Tagged } from '../../domain/run/request.ts';
import { shownAtStart } from '../../domain/run/start.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { Hands } from '../activities.ts';
import type { RunResult } from '../ending.ts';
import type { release } from '../release.ts';
import { type Run, waitUntil } from '../run.ts';
import { ask, may, omit, tell } from '../step.ts';

const SPEC = { id: 'release.roll-forward', title: 'Release the last good tree under the next version' };

/** Installers take the highest version: so the last good tree is released again as one that is higher. */
export async function rollForward(run: Run, { bad, good, rollForward: plan }: RollbackFacts): Promise<void> {
  const { rollForward: policy } = run.state.request as RollbackRequest;
  if (policy === 'no') return void (await omit(run, SPEC, 'left out, as asked'));
  if ('none' in plan) return void (await omit(run, SPEC, plan.none));
  const message = `${good!.version} can be released again as ${plan.version}, so that \`pip install -U\` gets good code`;
  if (policy === 'ask' && (await ask(run, SPEC, { code: 'roll-forward-wanted', message }))) return;
  await may(run, SPEC, (using) => asRelease(run, using, { bad, good: good! }));
}

/** A release in all but its source: gates, build, clean install and sign-offs of its own; it outlives the rollback. */
async function asRelease(run: Run, using: Hands, { bad, good }: { bad: Tagged; good: Tagged }): Promise<StepReport> {
  const { plan } = await using.publish.planRollForward({ ...run.context, good });
  if ('none' in plan) return { summary: plan.none, omitted: true };
  const { version } = plan;
  const id = `release:${run.state.project}:${version}`;
  const child = await started(run, id, { version, bad, good });
  tell(run, SPEC.id, { summary: `${id} is under way`, evidence: [{ name: 'run', value: id }] });
  let result: RunResult | undefined;
  let over = false;
  const ending = child.result().then(
    (value) => {
      result = value;
      over = true;
    },
    () => {
      over = true; // terminated, or broken: no ending to tell of
    },
  );
  await waitUntil(run, SPEC.id, { kind: 'outside', names: () => [id] }, () => over);
  await ending;
  if (result?.outcome !== 'released')
    throw refused(`${id} ended as ${result?.outcome ?? 'nothing'}: ${result?.summary ?? 'it was terminated'}`);
  return { summary: `${version} is released with the tree of ${good.tag}`, evidence: [{ name: 'run', value: id }] };
}

async function started(
  run: Run,
  workflowId: string,
  { version, bad, good }: { version: string; bad: Tagged; good: Tagged },
): Promise<ChildWorkflowHandle<typeof release>> {
  const { id, project, runId, startedBy } = run.state;
  const { reason } = run.state.request as RollbackRequest;
  const requestId = `${id}/${runId}`;
  const rollForward = { rollback: id, bad, good, reason };
  const request: ReleaseRequest = { schema: 1, project, version, startedBy, requestId, rollForward };
  const { summary, details, attributes } = shownAtStart('release', request);
  try {
    return await startChild<typeof release>('release', {
      workflowId,
      args: [request],
      memo: { requestKey: requestId },
      staticSummary: summary,
      staticDetails: details,
      typedSearchAttributes: Object.entries(attributes).map(([name, value]) => ({
        key: defineSearchAttributeKey(name, 'KEYWORD'),
        value,
      })),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw refused(`${workflowId} is open already`);
  }
}

function refused(message: string): ApplicationFailure {
  const type: ProblemCode = 'roll-forward-ended';
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}
