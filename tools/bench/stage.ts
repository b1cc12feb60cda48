import { join } from 'node:path';
import { sampleProject } from '../../src/sandbox/sample-project.ts';
import { importSample } from '../../src/sandbox/sample-repository.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';

export interface Stage {
  readonly folder: string;
  readonly tools: string;
  readonly sandbox: Sandbox;
  readonly cloneUrl: string;
  close(): Promise<void>;
}

/** The demo's sandbox and sample; nothing in the project is left out but the gate that waits for a CI, of which there is none here. */
export async function startStage(folder: string): Promise<Stage> {
  const tools = process.env.SLIPWAY_TOOLS;
  if (tools === undefined) throw new Error('run it as `npm run bench`: set-up says where the tools are');
  const sandbox = await startSandbox({
    state: join(folder, 'state'),
    tools,
    workflowBundle: process.env.SLIPWAY_WORKFLOW_BUNDLE,
    seed: importSample,
  });
  const cloneUrl = sandbox.seeded;
  const document = sampleProject({ python: sandbox.python, baseImage: sandbox.containers.baseImage });
  await sandbox.addProject(document, cloneUrl, { checks: 'there is no CI here' });
  return { folder, tools, sandbox, cloneUrl, close: () => sandbox.close() };
}

let last = 1;

/** Every release needs a version of its own. */
export function nextVersion(): string {
  last += 1;
  return `0.${last}.0`;
}
