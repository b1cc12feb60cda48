import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { BUILD_QUEUE, PUBLISH_QUEUE, WORKFLOW_QUEUE } from '../../../src/activities/index.ts';
import { keepProject, keptProjects } from '../../../src/activities/kept-project.ts';
import { digestOf } from '../../../src/clients/digests.ts';
import { CACHED_RUNS } from '../../../src/config/service.ts';
import { PEOPLE, project, releaseActivities } from '../../../test/support/release-activities.ts';

/**
 * node worker.ts runs | bare
 *
 * A worker of its own, as in production, with a bounded cache: `runs` has Slipway's workflows with activities that succeed at
 * once (what is measured is waiting, not building), `bare` the bare workflow.
 */

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '' });
const frozen = project('signOffs: { release: [tech-lead, qa] }\n');
const { publish, build } = releaseActivities(frozen);
const keys = { bench: { publicKey: process.env.BENCH_PUBLIC_KEY ?? '' } };
const projects = new Map<string, string>();
const store = {
  async put(name: string, content: Uint8Array | string) {
    const digest = digestOf(Buffer.from(content));
    projects.set(digest, String(content));
    return { name, digest, size: content.length };
  },
  text: async (digest: string) => projects.get(digest) ?? '',
};
const kept = await keepProject(store, frozen);
const interceptors = { activity: [keptProjects(store)] };
publish.freeze = async () => ({ project: frozen, kept, people: [...PEOPLE], unsignedSignals: 'accept', keys });
publish.readKeys = async () => ({ keys });
const workers = process.argv[2] === 'bare' ? [await bareWorker()] : await runWorkers();
process.on('SIGTERM', () => {
  for (const one of workers) one.shutdown();
});
console.log(JSON.stringify({ msg: 'ready' }));
await Promise.all(workers.map((one) => one.run()));
process.exit(0);

async function runWorkers(): Promise<Worker[]> {
  const codePath = process.env.SLIPWAY_WORKFLOW_BUNDLE ?? '';
  return Promise.all([
    Worker.create({
      connection,
      taskQueue: WORKFLOW_QUEUE,
      workflowBundle: { codePath },
      maxCachedWorkflows: CACHED_RUNS,
    }),
    Worker.create({ connection, taskQueue: PUBLISH_QUEUE, activities: publish, interceptors }),
    Worker.create({ connection, taskQueue: BUILD_QUEUE, activities: build, interceptors }),
  ]);
}

async function bareWorker(): Promise<Worker> {
  const workflowsPath = fileURLToPath(new URL('./bare-workflow.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  return Worker.create({ connection, taskQueue: 'bare', workflowBundle, maxCachedWorkflows: CACHED_RUNS });
}
