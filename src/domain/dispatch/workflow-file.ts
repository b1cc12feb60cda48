import type { WorkflowJob } from '../project.ts';

/** What a workflow file says, as far as Slipway needs it. */
export interface WorkflowText {
  /** Of `on: workflow_dispatch`; null where it has none. */
  readonly inputs: Readonly<Record<string, { readonly required: boolean }>> | null;
  readonly runName: string | null;
  readonly environments: readonly string[];
}

/** Why a workflow can't be dispatched, or would not be found again; everything at once. */
export function faultsOfWorkflow(
  text: WorkflowText,
  job: Pick<WorkflowJob, 'file' | 'inputs' | 'environment'>,
  own: readonly string[],
): string[] {
  const { file, environment } = job;
  if (text.inputs === null) return [`${file} has no workflow_dispatch, so nobody can run it by request`];
  const given = [...own, ...Object.keys(job.inputs)];
  const undeclared = given.filter((name) => !Object.hasOwn(text.inputs!, name));
  const demanded = Object.entries(text.inputs).flatMap(([name, { required }]) => (required ? [name] : []));
  const ungiven = demanded.filter((name) => !given.includes(name));
  return [
    ...(undeclared.length > 0 ? [`${file} declares no input ${undeclared.join(', ')}`] : []),
    ...(ungiven.length > 0 ? [`${file} requires the input ${ungiven.join(', ')}, which nobody gives`] : []),
    ...(namesItsRun(text.runName) ? [] : [`${file} has no run-name with \${{ inputs.slipway-run }} in it`]),
    ...(environment === null || text.environments.includes(environment)
      ? []
      : [`no job of ${file} names the environment ${environment}`]),
  ];
}

/** Without it a run could not be told from another's, and a lost answer would mean a second run. */
function namesItsRun(runName: string | null): boolean {
  return /\$\{\{[^}]*\binputs(\.slipway-run\b|\[\s*'slipway-run'\s*\])[^}]*\}\}/.test(runName ?? '');
}
