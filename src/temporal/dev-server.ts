import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { baseEnvironment, start } from '../clients/command.ts';
import { temporalExecutable } from './executable.ts';
import { claimPort } from './free-port.ts';
import { prepareNamespace } from './namespace.ts';
import { connectedOnceUp } from './server-up.ts';

const LOOPBACK = '127.0.0.1';
const UP_WITHIN_MS = 30_000;

export interface DevServerOptions {
  /** The state: started again on the same file, open runs go on. */
  databaseFile: string;
  logFile: string;
  executable?: string;
  port?: number;
  /** Of the Temporal UI; null for none. */
  uiPort?: number | null;
  /** Every transaction is on the disk before it is answered: what was accepted outlasts a power cut. Costs half the throughput. */
  durable?: boolean;
  /** For tests: runs may skip over waits, and timers under a second take their own time instead of a whole one. */
  timeSkipping?: boolean;
}

export interface DevServer {
  address: string;
  uiAddress: string | undefined;
  /** Of its process group. */
  pid: number;
  /** Settles when it has ended, whoever ended it. */
  exited: Promise<unknown>;
  end(): Promise<void>;
}

/**
 * A Temporal server on this machine alone, with its state in one file, ready for runs (search attributes, retention).
 * It ends with this process, however that ends.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { databaseFile, logFile, executable = temporalExecutable() } = options;
  const port = await claimPort(options.port ?? 0);
  const uiPort = options.uiPort === null ? null : await claimPort(options.uiPort ?? 0);
  for (const file of [databaseFile, logFile]) mkdirSync(dirname(file), { recursive: true });

  const server = await start(executable, commandLine(options, port, uiPort), {
    cwd: dirname(databaseFile),
    env: baseEnvironment(),
    logFile,
  });
  const address = `${LOOPBACK}:${port}`;
  try {
    const connection = await connectedOnceUp(server, { address, logFile, withinMs: UP_WITHIN_MS });
    await prepareNamespace(connection, 'default').finally(() => connection.close());
  } catch (error) {
    await server.end();
    throw error;
  }
  return {
    address,
    uiAddress: uiPort === null ? undefined : `http://${LOOPBACK}:${uiPort}`,
    pid: server.pid,
    exited: server.exited,
    end: async () => void (await server.end()),
  };
}

function commandLine(
  { databaseFile, durable, timeSkipping }: DevServerOptions,
  port: number,
  uiPort: number | null,
): string[] {
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(port), '--log-level', 'warn'],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
    // Twice the throughput of SQLite's own default, and as safe when the process is killed; both must be said at each start.
    ...['--db-filename', databaseFile, '--sqlite-pragma', 'journal_mode=WAL'],
    ...['--sqlite-pragma', `synchronous=${durable ? 'FULL' : 'NORMAL'}`],
    ...[
      // A run that is at work answers one reader at a time by default, and sends the others away for a second.
      'history.MaxBufferedQueryCount=100',
      ...(timeSkipping
        ? ['frontend.WorkflowTimeSkippingEnabled=true', 'history.timerProcessorMaxTimeShift="1ms"']
        : []),
    ].flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
}
