import { join } from 'node:path';
import type { Environment } from '../clients/command.ts';
import { answering, keepProcess, type ProcessPlan, type ServiceProcess } from '../clients/kept-process.ts';
import { WORKER_MEMORY } from '../temporal/worker-memory.ts';
import type { Places } from './places.ts';
import type { Ports } from './ports.ts';

export interface Service {
  readonly apiUrl: string;
  readonly api: ServiceProcess;
  readonly build: ServiceProcess;
  readonly publish: ServiceProcess;
}

export interface ServicePlan {
  readonly places: Places;
  readonly ports: Ports;
  /** Settles when Temporal is up: workers wait for it by themselves. */
  readonly temporal: Promise<unknown>;
  /** SLIPWAY_TOOLS and SLIPWAY_WORKFLOW_BUNDLE, as set-up found them. */
  readonly tools: string;
  readonly workflowBundle: string | undefined;
  /** What builds images; only the build worker waits for it. */
  readonly dockerHost: Promise<string | undefined>;
  readonly tell: (line: string) => void;
}

/** API and both workers, each a process of its own. Only the publish worker is told where credentials are. */
export async function startService(
  plan: ServicePlan,
  closing: (close: () => Promise<unknown>) => void,
): Promise<Service> {
  const { places, ports, tools, workflowBundle, tell } = plan;
  const shared = {
    SLIPWAY_STATE: places.service,
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    SLIPWAY_LOG: 'info',
  };
  const keep = async (name: string, what: Pick<ProcessPlan, 'program' | 'args'>, env: Environment) => {
    const logFile = join(places.logs, `${name}.log`);
    const process = await keepProcess(
      {
        name,
        ...what,
        env: { ...shared, ...env },
        cwd: places.root,
        logFile,
        readyLine: /"msg":"(ready|the API listens)/,
      },
      tell,
    );
    closing(() => process.end());
    return process;
  };
  const [api, build, publish] = await Promise.all([
    plan.temporal.then(() =>
      keep('api', { program: 'server.ts' }, { SLIPWAY_CONFIG: places.config, SLIPWAY_PORT: String(ports.api) }),
    ),
    plan.dockerHost.then((host) => {
      const env = { SLIPWAY_CONFIG: places.buildConfig, SLIPWAY_TOOLS: tools };
      const docker = host === undefined ? {} : { DOCKER_HOST: host };
      return keep('build-worker', { program: 'worker.ts', args: ['build'] }, { ...env, ...docker });
    }),
    keep(
      'publish-worker',
      { program: 'worker.ts', args: ['publish'] },
      {
        ...WORKER_MEMORY,
        SLIPWAY_CONFIG: places.config,
        SLIPWAY_TOOLS: tools,
        SLIPWAY_CREDENTIALS: places.credentials,
        ...(workflowBundle === undefined ? {} : { SLIPWAY_WORKFLOW_BUNDLE: workflowBundle }),
      },
    ),
  ]);
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  return { apiUrl, api, build, publish };
}

/** When the API says that it and what it needs are there. */
export function serviceIsUp({ apiUrl, api, build, publish }: Service): Promise<void> {
  return answering(`${apiUrl}/readyz`, [api, build, publish]);
}
