import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { baseEnvironment, run } from '../clients/command.ts';
import { type DevServer, type DevServerOptions, startDevServer } from '../temporal/dev-server.ts';
import { temporalExecutable } from '../temporal/executable.ts';
import type { NodePlaces } from './places.ts';
import { snapshot } from './snapshot.ts';

const AGAIN_AFTER_MS = 500;
const AGAIN_AFTER_AT_MOST_MS = 30_000;

export interface KeptTemporal {
  readonly address: string;
  readonly uiAddress: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** The Temporal server of a node: whoever ends it but us, it is started again on its file and its ports. */
export async function keepTemporal(
  options: DevServerOptions & { readonly port: number },
  tell: (line: string) => void,
): Promise<KeptTemporal> {
  const ended = new AbortController();
  let current = await startDevServer(options);

  async function again(): Promise<DevServer | undefined> {
    for (let pause = AGAIN_AFTER_MS; ; pause = Math.min(2 * pause, AGAIN_AFTER_AT_MOST_MS)) {
      await sleep(pause, undefined, { signal: ended.signal }).catch(() => {});
      if (ended.signal.aborted) return undefined;
      try {
        return await startDevServer(options);
      } catch (error) {
        tell((error as Error).message);
      }
    }
  }
  async function keep(): Promise<void> {
    for (;;) {
      await current.exited;
      if (ended.signal.aborted) return;
      tell(`the Temporal server ended; it is started again. Its log: ${options.logFile}`);
      const next = await again();
      if (next === undefined) return;
      current = next;
      if (ended.signal.aborted) return current.end();
    }
  }
  const kept = keep();
  return {
    address: current.address,
    uiAddress: current.uiAddress ?? '',
    get pid() {
      return current.pid;
    },
    async end() {
      ended.abort();
      await current.end();
      await kept;
    },
  };
}

/** `1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export async function temporalVersion(): Promise<string> {
  const { stdout } = await run(temporalExecutable(), ['--version'], {
    cwd: '/',
    env: baseEnvironment(),
    timeoutSeconds: 30,
  });
  return stdout.trim().replace(/^temporal version /, '');
}

/**
 * The database's schema belongs to the version of the Temporal CLI, and another version need not read it: before one opens it for the
 * first time, it is copied. Answers where.
 */
export async function copyBeforeAnotherVersion(places: NodePlaces, version: string): Promise<string | undefined> {
  const { temporal, temporalVersion: file } = places;
  const before = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  let copy: string | undefined;
  if (before !== undefined && before !== version && existsSync(temporal)) {
    copy = `${temporal}.of-${before.split(' ')[0]}`;
    await snapshot(temporal, copy);
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${version}\n`);
  return copy;
}
