import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { Project } from '../domain/project.ts';
import type { ArtifactRef } from '../domain/run/state.ts';

/** Where a frozen project lies in the artifact store; activities are told that alone. */
const references = new WeakMap<Project, ArtifactRef>();

/** From here on no activity's input repeats the project: histories hold it once, and workers read it from the store (src/activities/kept-project.ts). */
export function referTo(project: Project, kept: ArtifactRef | undefined): void {
  if (kept) references.set(project, kept);
}

/** What a run writes into its history is replayed again and again: nothing in it is written twice. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        return next({ ...input, args: input.args.map(withReference) });
      },
    },
  ],
  internals: [
    {
      concludeActivation(input, next) {
        const last = input.commands.findLast((command) => command.upsertWorkflowSearchAttributes);
        // Each says all that is shown of the run, so of several in one workflow task the last is enough.
        const kept = input.commands.filter((command) => !command.upsertWorkflowSearchAttributes || command === last);
        return next({ commands: kept });
      },
    },
  ],
});

function withReference(argument: unknown): unknown {
  const kept = references.get((argument as { project?: Project } | null)?.project as Project);
  return kept ? { ...(argument as object), project: { kept } } : argument;
}
