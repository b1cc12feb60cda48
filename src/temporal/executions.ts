import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  defaultPayloadConverter,
  defineSearchAttributeKey,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { decodedBy } from './data-converter.ts';

interface Start {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly request: object;
  readonly requestKey: string;
  readonly summary: string;
  readonly details: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a publish worker asks of Temporal itself; `queue` is the task queue of the workflows. */
export function executionsOf(client: Client, queue: string) {
  async function signal(project: string, name: 'enter' | 'leave' | 'claim' | 'giveUp', payload: object): Promise<void> {
    await client.workflow.signalWithStart('lane', {
      workflowId: laneOf(project),
      taskQueue: queue,
      args: [],
      signal: name,
      signalArgs: [payload],
      staticSummary: `Lane of ${project}: one run at a time publishes`,
    });
  }

  const { namespace } = client.options;

  return {
    namespace,

    async started(workflowId: string, runId?: string): Promise<Started> {
      const { history } = await client.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId: runId ?? null },
        maximumPageSize: 1,
      });
      const event = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
      if (!event) throw new Error(`the history of ${workflowId} does not begin with its start`);
      const [input] = event.input?.payloads ?? [];
      const { parentWorkflowExecution: parent, parentWorkflowNamespace: from } = event;
      return {
        type: event.workflowType?.name ?? '',
        taskQueue: event.taskQueue?.name ?? '',
        firstRunId: event.firstExecutionRunId ?? '',
        request:
          input && defaultPayloadConverter.fromPayload(await decodedBy(client.options.loadedDataConverter, input)),
        ...(parent?.workflowId && from === namespace
          ? { parent: { id: parent.workflowId, runId: parent.runId ?? '' } }
          : {}),
      };
    },

    async closed(workflowId: string, runId?: string): Promise<boolean> {
      try {
        const { status } = await client.workflow.getHandle(workflowId, runId).describe();
        return status.name !== 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return true;
        throw error;
      }
    },

    state(workflowId: string, runId?: string): Promise<{ id: string; runId: string; [field: string]: unknown }> {
      return client.workflow.getHandle(workflowId, runId).query('state');
    },

    async claimVersion(project: string, claim: Claim): Promise<Claim> {
      await signal(project, 'claim', claim);
      const { claims } = await client.workflow.getHandle(laneOf(project)).query<{ claims: readonly Claim[] }>('lane');
      return claims.find(({ version }) => version === claim.version) ?? claim;
    },

    giveUpVersion(project: string, claim: Claim): Promise<void> {
      return signal(project, 'giveUp', claim);
    },

    signalLane: signal,

    async start({ workflowType, workflowId, request, requestKey, summary, details, attributes }: Start) {
      try {
        await client.workflow.start<(request: object) => Promise<unknown>>(workflowType, {
          taskQueue: queue,
          workflowId,
          args: [request],
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          memo: { requestKey },
          staticSummary: summary,
          staticDetails: details,
          typedSearchAttributes: Object.entries(attributes).map(([name, value]) => ({
            key: defineSearchAttributeKey(name, 'KEYWORD'),
            value,
          })),
        });
        return 'started' as const;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'open' as const;
        throw error;
      }
    },
  };
}

interface Started {
  readonly type: string;
  readonly taskQueue: string;
  readonly firstRunId: string;
  readonly request: unknown;
  readonly parent?: { readonly id: string; readonly runId: string };
}

interface Claim {
  readonly version: string;
  readonly id: string;
  readonly runId: string;
}

function laneOf(project: string): string {
  return `lane:${project}`;
}
