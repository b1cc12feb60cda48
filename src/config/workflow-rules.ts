import { BUILD_INPUTS, PUBLISH_INPUTS } from '../domain/dispatch/workflow-inputs.ts';
import type { Project, WorkflowJob } from '../domain/project.ts';
import { type Finding, finding } from './finding.ts';
import type { ProjectFile } from './project-schema.ts';
import type { Path } from './yaml-source.ts';

const TOKEN_OR_WORKFLOW =
  'Leave out credential, and revoke the token on the index; or write via: upload to publish by the token.';

/** One way holds the right to publish: a token that lies beside a trusted publisher is what thieves look for. */
export function workflowFindings(file: ProjectFile, project: Project): Finding[] {
  const { build, publish } = file;
  const index = publish.index;
  const found: Finding[] = [];
  if (index?.via === 'workflow' && index.credential !== undefined) {
    found.push(
      finding(['publish', 'index', 'credential'], 'is there although a workflow publishes', TOKEN_OR_WORKFLOW),
    );
  }
  if (index?.via === 'upload' && index.credential === undefined) {
    const remedy = 'Add credential: with the name of the token, or via: workflow with the workflow that publishes.';
    found.push(finding(['publish', 'index'], 'has no credential to upload with', remedy));
  }
  if (index) found.push(...partFindings(['publish', 'index'], index, ['upload', PUBLISH_INPUTS], project));
  found.push(...partFindings(['build'], build, ['worker', BUILD_INPUTS], project));
  if (build.via === 'worker' && build.sdist === 'workflow') {
    found.push(
      finding(['build', 'sdist'], 'is from a workflow, and none builds', 'Write via: workflow, or leave it out.'),
    );
  }
  return found;
}

function partFindings(
  at: Path,
  { via, workflow }: { via: string; workflow?: WorkflowJob },
  [otherwise, own]: readonly [via: string, inputs: readonly string[]],
  project: Project,
): Finding[] {
  if (via !== 'workflow') {
    if (workflow === undefined) return [];
    const remedy = 'Write via: workflow, or leave out workflow.';
    return [finding([...at, 'workflow'], `is named although via is ${otherwise}`, remedy)];
  }
  const found: Finding[] = [];
  if (workflow === undefined) {
    found.push(finding([...at, 'via'], 'names no workflow', 'Add workflow: { file: … }, a file in .github/workflows.'));
  }
  if (project.publish.github === null) {
    const remedy = 'Add publish.github with a credential that may run workflows (actions: write).';
    found.push(finding([...at, 'via'], 'needs GitHub, where workflows run', remedy));
  }
  for (const input of Object.keys(workflow?.inputs ?? {}).filter((name) => own.includes(name))) {
    found.push(finding([...at, 'workflow', 'inputs', input], 'is given by Slipway itself', 'Leave it out.'));
  }
  return found;
}
