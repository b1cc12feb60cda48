import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, type Environment, findProgram, run } from '../command.ts';
import { type Engine, type ImageBuild, pairs } from './engine.ts';

/** A Docker daemon that answers. It can't write an OCI archive (Debian's has no buildx): skopeo makes one of what it saves. */
export function dockerEngine(host: string | undefined): Engine {
  const daemon: Environment = host === undefined ? {} : { DOCKER_HOST: host };

  return {
    async available() {
      const env = { ...baseEnvironment(), ...daemon };
      for (const program of ['docker', 'skopeo']) {
        if ((await findProgram(program, env.PATH ?? '')) === undefined) return undefined;
      }
      const args = ['version', '--format', '{{.Server.Version}}'];
      const { exitCode, stdout } = await run('docker', args, { cwd: tmpdir(), env, timeoutSeconds: 10 });
      return exitCode === 0 ? `docker ${stdout.trim()}` : undefined;
    },

    async build(build) {
      const image = `slipway-build/${randomUUID()}:latest`;
      // A configuration of its own: no registry's credentials of whoever runs the worker.
      const env = { ...daemon, DOCKER_CONFIG: build.private, DOCKER_BUILDKIT: '0' };
      try {
        await build.run(
          'docker',
          [...buildArguments(build, image), ...(await networkArguments(env)), build.context],
          env,
        );
        // Not docker-daemon: the skopeo of today's Debian and Ubuntu speaks an API that Docker has given up.
        const saved = join(build.private, 'saved.tar');
        await build.run('docker', ['image', 'save', '--output', saved, image], env);
        await build.run('skopeo', [
          'copy',
          '--insecure-policy',
          '--quiet',
          `docker-archive:${saved}`,
          `oci-archive:${build.out}`,
        ]);
      } finally {
        const options = { cwd: tmpdir(), env: { ...baseEnvironment(), ...env }, timeoutSeconds: 60 };
        await run('docker', ['image', 'rm', '--force', image], options);
      }
    },
  };
}

function buildArguments({ dockerfile, buildArgs, labels }: ImageBuild, image: string): string[] {
  const fixed = ['build', '--rm', '--force-rm', '--file', dockerfile, '--tag', image];
  return [...fixed, ...pairs('--build-arg', buildArgs), ...pairs('--label', labels)];
}

/** A daemon without Docker's usual network can build with none at all. */
async function networkArguments(env: Environment): Promise<string[]> {
  const options = { cwd: tmpdir(), env: { ...baseEnvironment(), ...env }, timeoutSeconds: 30 };
  const { exitCode, stderr } = await run('docker', ['network', 'inspect', 'bridge'], options);
  return exitCode !== 0 && stderr.includes('not found') ? ['--network', 'none'] : [];
}
