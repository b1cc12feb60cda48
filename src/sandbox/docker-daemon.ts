import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, findProgram, start } from '../clients/command.ts';

export interface Daemon {
  /** What DOCKER_HOST is for its clients. */
  readonly host: string;
  end(): Promise<void>;
}

const PATIENCE_SECONDS = 30;

/** Why no daemon of our own can be started here; undefined where one can. */
export async function daemonObstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'Docker is not running';
  if ((await findProgram('dockerd', daemonEnvironment().PATH ?? '')) === undefined) return 'Docker is not installed';
  return process.getuid?.() === 0 ? undefined : 'Docker is installed but not running, and only root may start it';
}

/** A Docker daemon of our own: no network, images in `state`, ended with us. It throws with the daemon's last words where it won't run. */
export async function startDaemon(state: string): Promise<Daemon> {
  mkdirSync(state, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'slipway-docker-')); // a socket's path may not be long
  const host = `unix://${join(folder, 'docker.sock')}`;
  const lines: string[] = [];
  let found = () => {};
  const ready = new Promise<void>((resolve) => {
    found = resolve;
  });
  const command = await start(
    'dockerd',
    [
      ...['--data-root', state, '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'docker.pid')],
      ...['--host', host, '--bridge=none', '--iptables=false', '--ip6tables=false'],
    ],
    {
      cwd: state,
      env: daemonEnvironment(),
      graceSeconds: 15,
      tree: 'kill-with-us', // what it mounts goes with its namespace, and so do its containers
      onLine(line) {
        lines.push(line);
        if (line.includes('API listen on')) found();
      },
    },
  );
  const end = async () => {
    await command.end();
    rmSync(folder, { recursive: true, force: true });
  };

  let patience: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    patience = setTimeout(() => reject(new Error('it was not ready in time')), PATIENCE_SECONDS * 1000);
  });
  const over = command.exited.then(() => Promise.reject(new Error('it ended by itself')));
  over.catch(() => {}); // later on it ends when it is told to
  try {
    await Promise.race([ready, over, late]);
  } catch (error) {
    await end();
    throw new Error(`dockerd: ${(error as Error).message}: ${lines.slice(-3).join(' ')}`, { cause: error });
  } finally {
    clearTimeout(patience);
  }
  return { host, end };
}

/** Its own helpers are in the folders of the system's administration. */
function daemonEnvironment(): Record<string, string> {
  const env = baseEnvironment();
  return { ...env, PATH: `${env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` };
}
