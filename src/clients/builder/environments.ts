import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compare } from '@renovatebot/pep440';
import type { Builder, Environment } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import type { Interpreter } from './interpreters.ts';
import { commandProblem } from './launcher.ts';
import type { BuilderParts } from './parts.ts';
import { hashedLines, pathsIn, splitPinned } from './requirements.ts';

const LIMIT_SECONDS = 1800;

/** Runs one installer in an environment. */
type Step = (name: string, command: readonly string[]) => Promise<string>;

export function environmentBuilder(parts: BuilderParts): Pick<Builder, 'environment'> {
  const { launcher, tools, interpreters, store, cache } = parts;

  function stepsIn(folder: string, cwd: string, env: Environment, readable: readonly string[]): Step {
    return async (name, command) => {
      const result = await launcher.run({
        ...{ name, command, cwd, timeoutSeconds: LIMIT_SECONDS, network: true },
        env: { ...tools.env, ...env },
        readable: [...tools.folders, ...interpreters.folders(), ...readable],
        writable: [folder, cache],
      });
      if (result.exitCode !== 0 || result.timedOut) throw commandProblem('environment-failed', name, result);
      return result.end.stdout;
    };
  }

  return {
    async environment(folder, { python, cwd, install, hashes = [], env = {} }) {
      const interpreter = await interpreters.find(python);
      if (interpreter === undefined) {
        throw new Problem('interpreter-missing', `Python ${python ?? '3'} is not on this build worker`);
      }
      await rm(folder, { recursive: true, force: true });
      await Promise.all([mkdir(folder, { recursive: true }), mkdir(cache, { recursive: true })]);
      const inside = join(folder, 'bin', 'python');
      const step = stepsIn(folder, cwd, env, pathsIn(install));
      const uv = await tools.find('uv');
      const hashed = join(folder, 'hashed-requirements.txt');
      if (hashes.length > 0) await writeFile(hashed, hashedLines(splitPinned(install).pinned, hashes));
      const pinned = hashes.length === 0 ? undefined : hashed;

      const packages = uv
        ? await byUv(uv, interpreter, { folder, inside, install, pinned, step })
        : await byPip(interpreter.path, { folder, inside, install, pinned, step });
      return { python: inside, version: interpreter.version, packages: await store.put('packages.txt', packages) };
    },
  };
}

interface Wanted {
  readonly folder: string;
  readonly inside: string;
  readonly install: readonly string[];
  /** A requirement file with hashes. */
  readonly pinned: string | undefined;
  readonly step: Step;
}

/** What `python -m venv` would put in, since projects' commands call it; last, so that it isn't compiled for nothing. */
async function byUv(
  uv: string,
  python: Interpreter,
  { folder, inside, install, pinned, step }: Wanted,
): Promise<string> {
  const into = ['--python', inside];
  await step('environment', [
    uv,
    'venv',
    '--quiet',
    '--no-project',
    '--allow-existing',
    '--python',
    python.path,
    folder,
  ]);
  const { options, others } = splitPinned(install);
  const wanted = pinned === undefined ? install : [...options, ...others, '-r', pinned];
  // Compiled once: the environment is read-only for commands, which would compile it again each.
  if (install.length > 0) await step('install', [uv, 'pip', 'install', ...into, '--compile-bytecode', ...wanted]);
  const seeds = compare(python.version, '3.12') < 0 ? ['pip', 'setuptools'] : ['pip'];
  await step('seeds', [uv, 'pip', 'install', ...into, ...seeds]);
  return step('packages', [uv, 'pip', 'list', '--format=freeze', ...into]);
}

async function byPip(python: string, { folder, inside, install, pinned, step }: Wanted): Promise<string> {
  const pip = [inside, '-m', 'pip'];
  await step('environment', [python, '-m', 'venv', '--clear', folder]);
  // pip asks for the hashes of all dependencies once one is given.
  const { options } = splitPinned(install);
  if (pinned !== undefined) await step('install', [...pip, 'install', '--no-deps', ...options, '-r', pinned]);
  if (install.length > 0) await step('install', [...pip, 'install', ...install]);
  return step('packages', [...pip, 'list', '--format=freeze']);
}
