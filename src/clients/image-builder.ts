import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import type { ArtifactStore, ImageBuilder } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';
import { baseEnvironment, type Environment, run } from './command.ts';
import { buildahEngine } from './images/buildah.ts';
import { dockerEngine } from './images/docker.ts';
import type { Engine } from './images/engine.ts';
import { withArchive } from './registry/oci-archive.ts';

export interface ImageBuilderOptions {
  readonly store: Pick<ArtifactStore, 'putFile'>;
  /** DOCKER_HOST; without it the machine's own Docker. */
  readonly dockerHost?: string | undefined;
  /** Of the activity that is asking, if any. */
  readonly cancellation?: (() => AbortSignal | undefined) | undefined;
}

/** Builds with Docker or, where no daemon answers, with buildah. A Dockerfile is project code: this belongs on a build worker. */
export function createImageBuilder(
  { store, dockerHost, cancellation }: ImageBuilderOptions,
  engines: readonly Engine[] = [dockerEngine(dockerHost), buildahEngine],
): ImageBuilder {
  return {
    async engine() {
      return (await firstAvailable(engines))?.name;
    },

    async build({ context, dockerfile, timeout, ...build }) {
      const found = await firstAvailable(engines);
      if (!found) throw new Problem('image-engine-missing', 'neither Docker with skopeo nor buildah can build here');
      const folder = await mkdtemp(join(tmpdir(), 'slipway-build-'));
      const log = join(folder, 'build.log');
      await writeFile(log, `${found.name}\n`);
      const ends = performance.now() + timeout * 1000;

      async function step(program: string, args: readonly string[], env: Environment = {}): Promise<void> {
        const timeoutSeconds = Math.max(1, (ends - performance.now()) / 1000);
        const all = { ...baseEnvironment(), ...env };
        const options = { cwd: folder, env: all, timeoutSeconds, logFile: log, signal: cancellation?.() };
        const end = await run(program, args, options);
        cancellation?.()?.throwIfAborted();
        if (end.exitCode === 0 && !end.timedOut) return;
        const { digest } = await store.putFile('image-build.log', log);
        if (end.timedOut)
          throw new Problem('command-timed-out', `the image took longer than ${timeout} s`, { log: digest });
        const words = (await readFile(log, 'utf8')).trim().split('\n').slice(-5).join('\n');
        throw new Problem('build-failed', `the image can't be built: ${words}`, { log: digest });
      }

      try {
        const file = await inside(context, dockerfile);
        await found.engine.build({ ...build, context, dockerfile: file, private: folder, run: step });
        const manifest = await withArchive(build.out, async ({ root }) => root.descriptor.digest);
        return { manifest, log: await store.putFile('image-build.log', log) };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function firstAvailable(engines: readonly Engine[]): Promise<{ engine: Engine; name: string } | undefined> {
  for (const engine of engines) {
    const name = await engine.available();
    if (name !== undefined) return { engine, name };
  }
  return undefined;
}

/** The project names the file: one of its own, not one of the worker's through a link or dots. */
async function inside(context: string, dockerfile: string): Promise<string> {
  const root = await realpath(context);
  const file = await realpath(join(root, dockerfile)).catch(() => undefined);
  if (file?.startsWith(root + sep)) return file;
  throw new Problem('build-failed', `there is no ${dockerfile} in the project`);
}
