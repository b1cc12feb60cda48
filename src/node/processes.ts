import { join } from 'node:path';
import type { Environment } from '../clients/command.ts';
import { keepProcess, type ProcessPlan, type ServiceProcess } from '../clients/kept-process.ts';
import { WORKER_MEMORY } from '../temporal/worker-memory.ts';
import type { NodePlaces } from './places.ts';

export interface NodeProcesses {
  readonly api: ServiceProcess;
  readonly build: ServiceProcess;
  readonly publish: ServiceProcess;
}

interface Plan {
  readonly places: NodePlaces;
  readonly temporal: string;
  readonly host: string;
  readonly port: number;
  readonly graceSeconds: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
}

/** What a node passes on: nobody's secret is among them. */
const FOR_ALL = ['SLIPWAY_LOG'];
const FOR_WORKERS = ['SLIPWAY_TOOLS', 'SLIPWAY_STICKY', 'SLIPWAY_HEARTBEAT', 'SLIPWAY_GRACE'];
const FOR_BUILD = ['SLIPWAY_GATES', 'DOCKER_HOST'];
const FOR_PUBLISH = ['SLIPWAY_WORKFLOW_BUNDLE', 'SLIPWAY_CACHED_RUNS', 'NODE_OPTIONS'];

/** API and both workers, each a process of its own. Only the publish worker is told where credentials are. */
export async function startProcesses(
  { places, temporal, host, port, graceSeconds, env, tell }: Plan,
  closing: (process: ServiceProcess) => void,
): Promise<NodeProcesses> {
  const passed = (names: readonly string[]) =>
    Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : [])));
  const shared = { SLIPWAY_STATE: places.root, TEMPORAL_ADDRESS: temporal, ...passed(FOR_ALL) };
  const keep = async (name: string, what: Pick<ProcessPlan, 'program' | 'args'>, own: Environment) => {
    const process = await keepProcess(
      {
        ...{ name, ...what, cwd: places.root, env: { ...shared, ...own } },
        logFile: join(places.logs, `${name}.log`),
        readyLine: /"msg":"(ready|the API listens)/,
        graceSeconds,
        always: true,
      },
      tell,
    );
    closing(process);
    return process;
  };
  const workers = passed(FOR_WORKERS);
  const [api, build, publish] = await Promise.all([
    keep(
      'api',
      { program: 'server.ts' },
      { SLIPWAY_CONFIG: places.config, SLIPWAY_HOST: host, SLIPWAY_PORT: String(port) },
    ),
    keep(
      'build-worker',
      { program: 'worker.ts', args: ['build'] },
      { ...workers, ...passed(FOR_BUILD), SLIPWAY_CONFIG: places.buildConfig },
    ),
    keep(
      'publish-worker',
      { program: 'worker.ts', args: ['publish'] },
      {
        ...{ ...workers, ...WORKER_MEMORY, ...passed(FOR_PUBLISH) },
        ...{ SLIPWAY_CONFIG: places.config, SLIPWAY_CREDENTIALS: places.credentials },
      },
    ),
  ]);
  return { api, build, publish };
}
