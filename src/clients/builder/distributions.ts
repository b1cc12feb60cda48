import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Builder } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { commandProblem } from './launcher.ts';
import { readMetadata } from './metadata.ts';
import type { BuilderParts } from './parts.ts';
import { sameName, sameVersion } from './same.ts';

const LIMIT_SECONDS = 1800;

export function distributionBuilder(parts: BuilderParts): Pick<Builder, 'build' | 'checkMetadata'> {
  const { launcher, tools, interpreters, cache } = parts;

  return {
    /** The sdist, then the wheel from the sdist, as both tools do by default. */
    async build({ cwd, out, sourceDateEpoch, env = {}, sdistOnly = false, confinement }) {
      const [interpreter, uv] = await Promise.all([interpreters.find(null), tools.find('uv')]);
      if (interpreter === undefined)
        throw new Problem('interpreter-missing', 'there is no Python 3 on this build worker');
      await Promise.all([mkdir(out, { recursive: true }), mkdir(cache, { recursive: true })]);
      const only = sdistOnly ? ['--sdist'] : [];
      const command = uv
        ? [
            uv,
            'build',
            '--no-sources',
            '--no-create-gitignore',
            '--python',
            interpreter.path,
            '--out-dir',
            out,
            ...only,
            cwd,
          ]
        : [await tools.need('pyproject-build'), '--outdir', out, ...only, cwd];
      const result = await launcher.run({
        ...{ name: 'build', command, cwd, timeoutSeconds: LIMIT_SECONDS, network: true, confinement },
        env: { ...tools.env, ...env, SOURCE_DATE_EPOCH: String(sourceDateEpoch) },
        readable: [...tools.folders, ...interpreters.folders()],
        writable: [out, cache],
      });
      if (result.exitCode !== 0 || result.timedOut) throw commandProblem('build-failed', 'the build', result);
      const names = (await readdir(out)).filter((name) => /\.(whl|tar\.gz)$/.test(name)).sort();
      const wanted = sdistOnly ? ['.tar.gz'] : ['.whl', '.tar.gz'];
      if (!wanted.every((ending) => names.some((name) => name.endsWith(ending)))) {
        throw new Problem(
          'build-failed',
          `the build made ${names.join(', ') || 'nothing'}: ${sdistOnly ? 'an sdist is' : 'a wheel and an sdist are'} wanted`,
          {
            log: result.log.digest,
          },
        );
      }
      const { isolation, limits, exceeded } = result;
      return { files: names.map((name) => join(out, name)), log: result.log, held: { isolation, limits, exceeded } };
    },

    async checkMetadata(files, expected) {
      for (const file of files) await checkNames(file, expected);
      const result = await launcher.run({
        ...{ name: 'twine-check', cwd: '/', timeoutSeconds: 120, env: tools.env, network: false },
        ...{
          command: [await tools.need('twine'), 'check', '--strict', ...files],
          readable: [],
          writable: [],
          ours: true,
        },
      });
      if (result.exitCode !== 0) throw commandProblem('metadata-refused', 'the strict check', result);
    },
  };
}

/** The name and version that installers and the index read from the file's name and from its metadata. */
async function checkNames(file: string, expected: { name: string; version: string }): Promise<void> {
  const filename = basename(file);
  for (const [where, found] of [
    ['is named', namedIn(filename)],
    ['says', await readMetadata(file)],
  ] as const) {
    if (!sameName(found.name, expected.name)) {
      throw new Problem('metadata-refused', `${filename} ${where} ${found.name || 'nothing'}, not ${expected.name}`);
    }
    if (!sameVersion(found.version, expected.version)) {
      throw new Problem(
        'version-mismatch',
        `${filename} ${where} ${found.version || 'nothing'}, not ${expected.version}`,
      );
    }
  }
}

/** name-version[-build]-python-abi-platform.whl or name-version.tar.gz; a name in a file's name holds no dash. */
function namedIn(filename: string): { name: string; version: string } {
  const [name = '', version = ''] = filename.replace(/\.tar\.gz$/, '').split('-');
  return { name, version };
}
