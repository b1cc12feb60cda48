import {
  DefaultLogger,
  type Logger,
  makeTelemetryFilterString,
  type NativeConnection,
  Runtime,
  type Worker,
} from '@temporalio/worker';
import { freePort } from './free-port.ts';

export interface RuntimeWish {
  readonly log: (level: 'warn' | 'error', message: string, meta: Record<string, unknown>) => void;
  /** Are the SDK's own numbers wanted? */
  readonly metrics: boolean;
  /** How often workers tell the server that they live. */
  readonly tellEverySeconds: number;
}

/** Temporal's own shutdown on a signal would end a worker at once while a command runs: its listeners are left out. */
export async function installRuntime({ log, metrics, tellEverySeconds }: RuntimeWish): Promise<{ coreUrl: string }> {
  const bindAddress = `127.0.0.1:${metrics ? await freePort() : 0}`;
  const prometheus = { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };
  Runtime.install({
    shutdownSignals: [],
    logger: loggerFor(log),
    workerHeartbeatInterval: `${tellEverySeconds}s`,
    telemetryOptions: {
      // What the SDK's core says goes to our log as well, and not as plain text to the terminal.
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) },
      ...(metrics ? { metrics: { prometheus } } : {}),
    },
  });
  return { coreUrl: `http://${bindAddress}/metrics` };
}

function loggerFor(log: RuntimeWish['log']): Logger {
  return new DefaultLogger('WARN', ({ level, message, meta }) =>
    log(level === 'ERROR' ? 'error' : 'warn', message, meta ?? {}),
  );
}

const ANSWER_WITHIN_MS = 2_000;

/** What keeps workers from working: each is named, with what is wrong. */
export async function troublesOf(
  workers: readonly Worker[],
  connection: NativeConnection,
): Promise<Record<string, string>> {
  const stopped = workers.filter((one) => one.getState() !== 'RUNNING');
  const told = stopped.map((one) => [one.options.taskQueue, one.getState().toLowerCase()]);
  const answers = connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    connection.workflowService.getSystemInfo({}),
  );
  const reached = await answers.then(
    () => true,
    () => false, // that it is so is what is asked
  );
  return Object.fromEntries([...told, ...(reached ? [] : [['temporal', 'unreachable']])]);
}
