import { bundleWorkflows, findBundle } from '../../src/temporal/bundle.ts';
import { cache } from './places.mjs';
import { SetupProblem } from './problem.mjs';
import { shown } from './progress.mjs';

/** The workflow code as one file; built again when the workflows, the domain or a version they are built with changed. */
export async function ensureWorkflowBundle(): Promise<string> {
  const file = findBundle(cache);
  if (file) return file;
  try {
    return await shown('workflow bundle', () => bundleWorkflows(cache));
  } catch (error) {
    throw new SetupProblem(
      `The workflow code does not bundle:\n${error instanceof Error ? error.message : error}`,
      'Workflow code may import src/domain and @temporalio/workflow only; npm test says more.',
    );
  }
}
