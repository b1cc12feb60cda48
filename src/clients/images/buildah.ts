import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, findProgram, run } from '../command.ts';
import { type Engine, pairs } from './engine.ts';

/** buildah needs no daemon, and the same input at the same time stamp gives the same image. */
export const buildahEngine: Engine = {
  async available() {
    const env = baseEnvironment();
    if ((await findProgram('buildah', env.PATH ?? '')) === undefined) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'slipway-buildah-'));
    try {
      // `info` fails where namespaces or storage can't be had; `version` would not.
      const info = await run('buildah', [...storage(folder), 'info'], { cwd: folder, env, timeoutSeconds: 20 });
      if (info.exitCode !== 0) return undefined;
      const { stdout } = await run('buildah', ['--version'], { cwd: folder, env, timeoutSeconds: 20 });
      return /^buildah version \S+/.exec(stdout)?.[0].replace(' version', '') ?? 'buildah';
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },

  async build(build) {
    const policy = join(build.private, 'policy.json');
    await writeFile(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
    const registries = join(build.private, 'registries.conf');
    await writeFile(registries, 'unqualified-search-registries = ["docker.io"]\n'); // what a bare name means to Docker
    const base = ['--registries-conf', registries, ...storage(build.private)];

    const fixed = ['bud', '--signature-policy', policy, '--isolation', 'chroot', '--format', 'oci', '--layers=false'];
    const named = ['--timestamp', String(build.sourceDateEpoch), '--file', build.dockerfile, '--tag', 'slipway-build'];
    const given = [...pairs('--build-arg', build.buildArgs), ...pairs('--label', build.labels)];
    await build.run('buildah', [...base, ...fixed, ...named, ...given, build.context]);
    const target = `oci-archive:${build.out}`;
    await build.run('buildah', [...base, 'push', '--quiet', '--signature-policy', policy, 'slipway-build', target]);
  },
};

function storage(folder: string): string[] {
  return ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
}
