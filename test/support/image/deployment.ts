import { chownSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { CERTIFICATES } from '../../../src/clients/environment.ts';
import { freePort } from '../../../src/temporal/free-port.ts';
import { root } from '../imports.ts';
import { namespaceJob } from '../namespace-job.ts';
import type { World } from '../world.ts';
import { output } from './command.ts';
import { type Composition, composition, runArguments, secondsOf } from './compose.ts';
import { type Engine, imageOf, TARGETS, type Target } from './engine.ts';

const NAMESPACE = 'slipway';
const USER = 10001;
const READY_WITHIN_MS = 60_000;

/** The three services of docker-compose.yml as containers, each with what compose gives it, in the world of a test. */
export class Deployment {
  readonly #engine: Engine;
  readonly #composition: Composition;
  readonly apiUrl: string;
  /** By id. */
  readonly containers = new Map<string, string>();
  /** Every secret that it was given, as it is in its file. */
  readonly secrets: readonly string[];

  private constructor(engine: Engine, made: Composition, apiUrl: string, secrets: readonly string[]) {
    this.#engine = engine;
    this.#composition = made;
    this.apiUrl = apiUrl;
    this.secrets = secrets;
  }

  static async start(engine: Engine, world: World, folder: string): Promise<Deployment> {
    await output('sh', [join(root, 'deploy/prepare.sh'), folder]);
    configure(world, folder);
    for (const _ of ['up', 'up again']) await namespaceJob(world.temporalAddress, NAMESPACE);
    const made = await composition({ SLIPWAY_DEPLOYMENT: folder });
    const port = await freePort();
    const deployment = new Deployment(engine, made, `http://127.0.0.1:${port}`, secretsIn(join(folder, 'secrets')));
    const own = { TEMPORAL_ADDRESS: world.temporalAddress, TEMPORAL_NAMESPACE: NAMESPACE, ...certificates() };
    await deployment.#run('api', { ...own, SLIPWAY_HOST: '127.0.0.1', SLIPWAY_PORT: String(port) });
    for (const name of ['worker-build', 'worker-publish'] as const) await deployment.#run(name, own);
    await deployment.#ready();
    return deployment;
  }

  /** Its health check, as Docker would run it. */
  health(name: Target): Promise<string> {
    const role = name.replace('worker-', '');
    return this.#engine.docker(['exec', name, 'node', 'deploy/image/health.ts', role]);
  }

  /** Whether a user may make namespaces in the build worker's container: the host has its say as well. */
  async hasNamespaces(): Promise<boolean> {
    const flags = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc'];
    return this.#engine.docker(['exec', 'worker-build', 'unshare', ...flags, 'true']).then(
      () => true,
      () => false,
    );
  }

  /** By SIGTERM; answers its exit code, 137 where it had to be killed. */
  async stop(name: Target): Promise<number> {
    const grace = secondsOf(this.#composition.services[name]?.stop_grace_period);
    await this.#engine.docker(['stop', '--time', String(grace), name], grace + 30);
    return Number(await this.#engine.docker(['inspect', '--format', '{{.State.ExitCode}}', name]));
  }

  async end(): Promise<void> {
    await this.#engine.docker(['rm', '--force', '--volumes', ...this.containers.values()]);
  }

  async #run(name: Target, environment: Readonly<Record<string, string>>): Promise<void> {
    const own = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const wanted = ['run', '--detach', '--name', name, ...runArguments(this.#composition, name), ...own];
    const id = await this.#engine.docker([...wanted, imageOf(name)], 120);
    this.containers.set(id.trim(), name);
  }

  async #ready(): Promise<void> {
    let last = 'no answer';
    for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(200)) {
      try {
        await Promise.all(TARGETS.map((name) => this.health(name)));
        return;
      } catch (error) {
        last = (error as Error).message;
      }
    }
    const logs = await Promise.all(TARGETS.map((name) => this.#engine.docker(['logs', '--tail', '20', name])));
    throw new Error(`not ready in time: ${last}\n${logs.join('\n')}`);
  }
}

/** What a team writes: people and projects, the indexes of the test's world, and a credential in each file. */
function configure(world: World, folder: string): void {
  const { config, buildConfig, credentials } = world.places;
  const merge = (from: string, to: string, further: object) => {
    const own = parse(readFileSync(join(folder, to), 'utf8')) as { signatures: object };
    const { signatures, unsignedSignals, github, ...given } = parse(readFileSync(from, 'utf8')) as Record<
      string,
      object
    >;
    writeFileSync(join(folder, to), stringify({ ...own, ...given, ...further }));
  };
  merge(join(config, 'slipway.yaml'), 'config/slipway.yaml', {});
  merge(join(buildConfig, 'slipway.yaml'), 'build-config/slipway.yaml', {});
  cpSync(join(config, 'projects'), join(folder, 'config/projects'), { recursive: true });
  const kept = join(folder, 'secrets/credentials');
  for (const name of readdirSync(credentials)) {
    writeFileSync(join(kept, name), readFileSync(join(credentials, name)), { mode: 0o400 });
    chownSync(join(kept, name), USER, USER);
  }
}

/** Where this machine's certificates are, which the base image has from it. */
function certificates(): Record<string, string> {
  const set = CERTIFICATES.flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  return Object.fromEntries(set);
}

function secretsIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').trim());
  // Of a key in PEM, its line of base64.
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== '' && !line.startsWith('-----')));
}
