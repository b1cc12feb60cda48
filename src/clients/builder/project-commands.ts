import { rename } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Builder, CommandResult, ProjectCommand } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { baseEnvironment } from '../command.ts';
import type { Launch, Launched } from './launcher.ts';
import type { BuilderParts } from './parts.ts';
import { openRelay } from './relay.ts';
import { interpreterFolders } from './view.ts';
import { virtualEnvironment } from './virtual-environment.ts';

const READY_SECONDS = 60;

export function projectCommands({ launcher, tools, interpreters }: BuilderParts): Pick<Builder, 'run' | 'serve'> {
  const turns = new Map<string, Promise<unknown>>();

  async function describe(command: ProjectCommand): Promise<Launch> {
    const python = await interpreters.find(null);
    const venv = command.venv === undefined ? undefined : await virtualEnvironment(command.venv);
    const folders = [venv?.interpreter, python?.path].flatMap((path) =>
      path === undefined ? [] : interpreterFolders(path),
    );
    const base = baseEnvironment();
    const programs = command.venv ? [join(command.venv, 'bin')] : python ? [dirname(python.path)] : [];
    return {
      name: command.name,
      command: ['/bin/sh', '-c', command.run],
      cwd: command.cwd,
      ...(command.mountAt === undefined ? {} : { cwdAt: command.mountAt }),
      timeoutSeconds: command.timeout,
      network: command.network,
      confinement: command.confinement,
      readable: [...(command.venv ? [command.venv] : []), ...folders, ...tools.folders, ...(command.readable ?? [])],
      writable: [],
      env: {
        ...base,
        LANG: base.LANG ?? 'C.UTF-8',
        PATH: [...programs, base.PATH, ...tools.programs].join(delimiter),
        ...(command.venv ? { VIRTUAL_ENV: command.venv } : {}),
        PYTHONDONTWRITEBYTECODE: '1',
        PIP_DISABLE_PIP_VERSION_CHECK: '1',
        GIT_TERMINAL_PROMPT: '0',
        CI: 'true',
        ...command.env,
      },
    };
  }

  /** Without namespaces a copy can't be seen at another place: commands that share the place take turns there. */
  async function inTurn<T>({ confinement, cwd, mountAt }: ProjectCommand, use: () => Promise<T>): Promise<T> {
    if (mountAt === undefined || (await launcher.isolation(confinement)) !== undefined) return use();
    const before = turns.get(mountAt) ?? Promise.resolve();
    const mine = before.then(() => inPlaceOf(cwd, mountAt, use));
    turns.set(
      mountAt,
      mine.catch(() => {}),
    );
    return mine;
  }

  return {
    run: (command) =>
      inTurn(command, async () => {
        const { end: _, ...result } = await launcher.run(await describe(command));
        return result;
      }),

    /** Where it sees no network, its port is reached by a relay: it has a loopback of its own. */
    serve: (command, use) =>
      inTurn(command, async () => {
        const port = await freePort();
        const network = command.network || (await launcher.isolation(command.confinement)) === undefined;
        const filled = { ...command, network, run: command.run.replaceAll('{port}', String(port)) };
        const inside = Number(new URL(command.url.replaceAll('{port}', String(port))).port);
        const relay = network ? undefined : await openRelay(inside);
        const url = command.url.replaceAll('{port}', String(port));
        try {
          const server = await launcher.launch({ ...(await describe(filled)), ...(relay ? { relay } : {}) });
          try {
            await untilReady(url, server, Math.min(command.timeout, READY_SECONDS));
            await use(url);
          } finally {
            await server.end();
          }
          const { end: _, ...result } = await server.result;
          return result;
        } finally {
          await relay?.close();
        }
      }),
  };
}

/** What a mount would do, by names: the copy takes the place for a while. */
async function inPlaceOf<T>(copy: string, place: string, use: () => Promise<T>): Promise<T> {
  const aside = `${place}.aside`;
  await rename(place, aside);
  try {
    await rename(copy, place);
    try {
      return await use();
    } finally {
      await rename(place, copy);
    }
  } finally {
    await rename(aside, place);
  }
}

/** Any answer will do: what it must say is the caller's to check. */
async function untilReady(url: string, server: Launched, seconds: number): Promise<void> {
  let ended: CommandResult | undefined;
  void server.result.then(
    (result) => {
      ended = result;
    },
    () => {},
  );
  const limit = performance.now() + seconds * 1000;
  while (ended === undefined && performance.now() < limit) {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined) return;
    await wait(100);
  }
  await server.end();
  const { exitCode, timedOut, tail, log } = await server.result;
  const late = ended === undefined || timedOut;
  const how = late ? `did not answer at ${url} within ${seconds} s` : `ended with status ${exitCode}`;
  throw new Problem(late ? 'command-timed-out' : 'command-failed', `the server ${how}: ${tail.trim().slice(-1500)}`, {
    log: log.digest,
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
