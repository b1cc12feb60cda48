import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startDevServer } from '../../src/temporal/dev-server.ts';
import { ensureWorkflowBundle } from '../../tools/setup/bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
    workflowBundle: string;
    /** What one worker process compiled, the next need not. */
    compileCache: string;
  }
}

/** One Temporal server that skips time, and the bundle of the code as it stands, for all tests of a run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-tests-'));
  const [server, bundle] = await Promise.all([
    startDevServer({
      databaseFile: join(folder, 'temporal.db'),
      logFile: join(folder, 'temporal.log'),
      uiPort: null,
      timeSkipping: true,
    }),
    ensureWorkflowBundle(),
  ]);
  process.env.SLIPWAY_WORKFLOW_BUNDLE = bundle; // for processes that tests start
  project.provide('temporalAddress', server.address);
  project.provide('workflowBundle', bundle);
  project.provide('compileCache', join(folder, 'compiled'));
  return async () => {
    await server.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}
