import { randomInt } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { baseEnvironment, start } from '../../src/clients/command.ts';
import type { DevServer } from '../../src/temporal/dev-server.ts';
import { claimPort } from '../../src/temporal/free-port.ts';
import { connectedOnceUp } from '../../src/temporal/server-up.ts';

const UP_WITHIN_MS = 60_000;
const LOW_PORT_TRIES = 50;

/** The server that a team runs, all four of its services in one process. */
export async function startServer(
  server: string,
  places: { folder: string; logFile: string; database: number; port: number },
): Promise<DevServer> {
  const { folder, logFile, database, port } = places;
  const config = join(folder, 'server.yaml');
  if (!existsSync(config)) writeFileSync(config, stringify(await configuration(database, port)));
  const command = await start(join(server, 'server'), ['--config-file', config, '--allow-no-auth', 'start'], {
    ...{ cwd: folder, env: baseEnvironment(), logFile },
  });
  const address = `127.0.0.1:${port}`;
  try {
    const connection = await connectedOnceUp(command, { address, logFile, withinMs: UP_WITHIN_MS });
    await connection.close();
  } catch (error) {
    await command.end();
    throw error;
  }
  return {
    ...{ address, uiAddress: undefined, pid: command.pid, exited: command.exited },
    end: async () => void (await command.end()),
  };
}

/**
 * A free port below those that systems hand out by themselves: the server keeps its members' ports in a `smallint`, which
 * ends at 32767, and no connection of another program may sit on one while the server is started again.
 */
export async function lowPort(): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await claimPort(randomInt(10_000, 32_768));
    } catch (error) {
      if (tries === LOW_PORT_TRIES) throw error;
    }
  }
}

async function configuration(database: number, port: number) {
  const store = (databaseName: string) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName, connectAddr: `127.0.0.1:${database}`, connectProtocol: 'tcp' },
      ...{ user: 'temporal', password: 'x', maxConns: 20, maxIdleConns: 20, maxConnLifetime: '1h' },
    },
  });
  const rpc = async (grpcPort: number) => ({
    rpc: { grpcPort, membershipPort: await lowPort(), bindOnLocalHost: true },
  });
  const active = { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${port}` };
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      ...{ defaultStore: 'default', visibilityStore: 'visibility', numHistoryShards: 4 },
      datastores: { default: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: await rpc(port),
      matching: await rpc(await lowPort()),
      history: await rpc(await lowPort()),
      worker: await rpc(await lowPort()),
    },
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active', clusterInformation: { active } },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: `127.0.0.1:${port}` },
  };
}
