import { faultsOfWorkflow } from '../../domain/dispatch/workflow-file.ts';
import { BUILD_INPUTS, PUBLISH_INPUTS } from '../../domain/dispatch/workflow-inputs.ts';
import type { WorkflowJob } from '../../domain/project.ts';
import { rulesOf } from '../../domain/stage-rules.ts';
import type { ReleaseContext } from '../index.ts';
import type { GitHubAccess } from '../ports.ts';
import { githubAccess, type PublishDeps } from './deps.ts';
import type { Fault } from './faults.ts';

type Asked = ReleaseContext & { readonly dryRun: boolean; readonly testOnly: boolean };

interface Wanted {
  readonly workflow: WorkflowJob;
  readonly own: readonly string[];
}

/** Read-only: can the project's workflows be dispatched, and would their runs be found again? */
export async function checkWorkflows(deps: PublishDeps, asked: Asked): Promise<Fault[]> {
  const wanted = asked.dryRun ? [] : wantedBy(asked);
  const access = wanted.length > 0 ? await githubAccess(deps, asked.project) : undefined;
  if (!access) return [];
  const { defaultBranch } = await deps.github.repository(access);
  const { main, develop } = asked.project.branches;
  // GitHub dispatches only what the default branch knows, and runs what stands where it is dispatched.
  const branches = [...new Set([defaultBranch, develop ?? main])];
  const faults = await Promise.all(wanted.map((one) => faultsIn(deps, access, { ...one, branches })));
  return [...new Set(faults.flat())].map((message) => ({ code: 'workflow-unfit', message }));
}

function wantedBy(asked: Asked): Wanted[] {
  const { build, publish } = asked.project;
  const publishes = rulesOf(asked).index && !asked.testOnly ? publish.index.workflow : undefined;
  return [
    ...(build ? [{ workflow: build.workflow, own: BUILD_INPUTS }] : []),
    ...(publishes ? [{ workflow: publishes, own: PUBLISH_INPUTS }] : []),
  ];
}

async function faultsIn(
  { github }: PublishDeps,
  access: GitHubAccess,
  { branches, own, workflow }: Wanted & { readonly branches: readonly string[] },
): Promise<string[]> {
  const { file } = workflow;
  const [known, ...texts] = await Promise.all([
    github.workflow(access, file),
    ...branches.map((branch) => github.workflowText(access, file, branch)),
  ]);
  const absent = branches.filter((_, at) => texts[at] === undefined);
  if (absent.length > 0) return [`.github/workflows/${file} is not on ${absent.join(' and ')}`];
  return [
    ...(known && known.state !== 'active' ? [`${file} is ${known.state.replaceAll('_', ' ')} on GitHub`] : []),
    ...(known ? [] : [`GitHub knows no workflow ${file}, or the credential may not read Actions`]),
    ...texts.flatMap((text) => faultsOfWorkflow(text!, workflow, own)),
  ];
}
