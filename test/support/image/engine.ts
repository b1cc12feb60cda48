import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { baseEnvironment, findProgram, run } from '../../../src/clients/command.ts';
import { type Daemon, daemonObstacle, startDaemon } from '../../../src/sandbox/docker-daemon.ts';
import { root } from '../imports.ts';
import { output } from './command.ts';
import { stageContext } from './context.ts';

export const TARGETS = ['api', 'worker-publish', 'worker-build'] as const;
export type Target = (typeof TARGETS)[number];

const BASE = 'slipway-test/base';
/** The system's own, which the base image is to have. */
const PYTHON = '/usr/bin/python3';
const NODE = join(root, 'node_modules/.bin/node');

/** Why the images can't be built here; undefined where they can. */
export async function imageObstacle(): Promise<string | undefined> {
  const engine = await daemonObstacle();
  if (engine !== undefined) return engine;
  const path = baseEnvironment().PATH ?? '';
  for (const program of ['docker', 'dpkg-query', 'tar', 'npm', 'git', 'bwrap', 'unshare', 'openssl']) {
    if ((await findProgram(program, path)) === undefined) return `${program} is not installed`;
  }
  const python = await run(PYTHON, ['-c', 'import ensurepip, venv'], { cwd: '/', env: {}, timeoutSeconds: 30 });
  if (python.exitCode !== 0) return 'the system has no python3 with venv';
  return existsSync(NODE) ? undefined : 'npm brought no Node program for this machine';
}

/** A Docker engine of our own, with images of Slipway on a base that is made of this machine's packages. */
export class Engine {
  readonly #daemon: Daemon;
  /** Of its images, containers and volumes. */
  readonly state: string;

  private constructor(daemon: Daemon, state: string) {
    this.#daemon = daemon;
    this.state = state;
  }

  static async start(state: string): Promise<Engine> {
    return new Engine(await startDaemon(state), state);
  }

  docker(args: readonly string[], seconds = 60): Promise<string> {
    return output('docker', args, {
      env: { DOCKER_HOST: this.#daemon.host, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: join(this.state, 'client') },
      seconds,
    });
  }

  /** All three, by the Dockerfile as it stands, without a network. */
  async buildImages(scratch: string): Promise<void> {
    mkdirSync(scratch);
    const tar = join(scratch, 'base.tar');
    const npm = dirname(dirname(realpathSync((await findProgram('npm', baseEnvironment().PATH ?? '')) ?? '')));
    const python = await output(PYTHON, [join(import.meta.dirname, 'base_root.py'), ...[tar, realpathSync(NODE), npm]]);
    const context = join(scratch, 'context');
    mkdirSync(context);
    await Promise.all([this.docker(['import', tar, BASE], 120), stageContext(context, python.trim())]);
    for (const target of TARGETS) {
      const options = ['--network', 'none', '--target', target, '--tag', imageOf(target)];
      const given = ['--build-arg', `BASE=${BASE}`, '--build-arg', 'UV_COMPILE_BYTECODE=0'];
      await this.docker(['build', '--quiet', ...options, ...given, context], 400);
    }
  }

  end(): Promise<void> {
    return this.#daemon.end();
  }
}

export function imageOf(target: Target): string {
  return `slipway-test/${target}`;
}
