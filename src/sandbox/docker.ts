import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseEnvironment, type CommandEnd, findProgram, run } from '../clients/command.ts';
import { daemonObstacle, startDaemon } from './docker-daemon.ts';

/** The name under which images of the sandbox find this machine's own Python. */
const BASE_IMAGE = 'slipway-sandbox/python';

export type SandboxDocker =
  | {
      readonly there: true;
      /** DOCKER_HOST for everything that builds; undefined where the machine's own Docker runs. */
      readonly host: string | undefined;
      /** To be built from, since nothing may be there to pull from; undefined where this machine's Python can't be an image's. */
      readonly baseImage: string | undefined;
      close(): Promise<void>;
    }
  | { readonly there: false; readonly why: string };

/** The Docker engine that runs here, or one of our own where we may start it. `tools`: folder of the pinned Python tools' programs. */
export async function startDocker({ state, tools }: { state: string; tools: string }): Promise<SandboxDocker> {
  const env = baseEnvironment();
  for (const program of ['docker', 'skopeo']) {
    if ((await findProgram(program, env.PATH ?? '')) === undefined)
      return { there: false, why: `${program} is not installed` };
  }
  const running = await docker(process.env.DOCKER_HOST, ['version']);
  if (running.exitCode === 0) return withBaseImage(process.env.DOCKER_HOST, tools, async () => {});

  const obstacle = await daemonObstacle();
  if (obstacle !== undefined) return { there: false, why: obstacle };
  try {
    const daemon = await startDaemon(state);
    return await withBaseImage(daemon.host, tools, daemon.end);
  } catch (error) {
    return { there: false, why: (error as Error).message };
  }
}

async function withBaseImage(
  host: string | undefined,
  tools: string,
  end: () => Promise<void>,
): Promise<SandboxDocker> {
  const known = await docker(host, ['image', 'inspect', BASE_IMAGE]);
  const imported = known.exitCode !== 0 && process.platform === 'linux' && (await importBaseImage(host, tools));
  return {
    there: true,
    host,
    baseImage: known.exitCode === 0 || imported ? BASE_IMAGE : undefined,
    async close() {
      // Somebody else's Docker is left as it was found; ours keeps the image for the next start.
      if (imported && host === process.env.DOCKER_HOST) await docker(host, ['image', 'rm', BASE_IMAGE]);
      await end();
    },
  };
}

async function importBaseImage(host: string | undefined, tools: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-base-'));
  try {
    const tar = join(folder, 'root.tar');
    const script = fileURLToPath(new URL('base_image.py', import.meta.url));
    const made = await run(join(tools, 'python'), ['-I', script, tar], {
      cwd: folder,
      env: baseEnvironment(),
      timeoutSeconds: 120,
    });
    if (made.exitCode !== 0) return false;
    const { path } = JSON.parse(made.stdout) as { path: string };
    const change = `ENV PATH=${path}:/usr/local/bin:/usr/bin:/bin`;
    return (await docker(host, ['import', '--change', change, tar, BASE_IMAGE])).exitCode === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function docker(host: string | undefined, args: readonly string[]): Promise<CommandEnd> {
  const env = { ...baseEnvironment(), ...(host === undefined ? {} : { DOCKER_HOST: host }) };
  return run('docker', args, { cwd: tmpdir(), env, timeoutSeconds: 60 });
}
