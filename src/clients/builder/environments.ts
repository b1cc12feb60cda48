import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compare } from '@renovatebot/pep440';
import type { Builder, Environment } from '../../activities/ports.ts';
import type { Confinement } from '../../domain/confinement.ts';
import { Problem } from '../../domain/problem.ts';
import { removeTree } from '../own-folder.ts';
import { createBaseEnvironments } from './base-environments.ts';
import type { Interpreter } from './interpreters.ts';
import { commandProblem } from './launcher.ts';
import type { BuilderParts } from './parts.ts';
import { hashedLines, pathsIn, splitPinned } from './requirements.ts';
import { isWhatWasResolved, readResolution, resolverInput } from './resolution.ts';
import { installedIn } from './virtual-environment.ts';

const LIMIT_SECONDS = 1800;

/** Runs one installer in an environment. */
type Step = (name: string, command: readonly string[]) => Promise<string>;

export function environmentBuilder(parts: BuilderParts): Pick<Builder, 'environment'> {
  const { launcher, tools, interpreters, store, cache } = parts;
  const bases = createBaseEnvironments(parts);

  function stepsIn({ folder, cwd, env, readable, confinement }: StepPlace): Step {
    return async (name, command) => {
      const result = await launcher.run({
        ...{ name, command, cwd, timeoutSeconds: LIMIT_SECONDS, network: true, confinement },
        env: { ...tools.env, ...env },
        readable: [...tools.folders, ...interpreters.folders(), ...readable],
        writable: [folder, cache],
      });
      if (result.exitCode !== 0 || result.timedOut) throw commandProblem('environment-failed', name, result);
      return result.end.stdout;
    };
  }

  /** The same packages, most of them copied. Undefined where the way from nothing must be gone: it tells what the trouble is as well. */
  async function fromBase(uv: string, python: Interpreter, wanted: Wanted): Promise<string | undefined> {
    const { folder, inside, install, step } = wanted;
    const input = wanted.pinned === undefined ? resolverInput(install) : undefined;
    // Without a view of their own, other runs' commands could write to a base.
    if (input === undefined || (await launcher.isolation(wanted.confinement)) === undefined) return undefined;
    try {
      const list = join(folder, 'wanted.in');
      await writeFile(list, [...input.lines, ...seedsOf(python)].map((line) => `${line}\n`).join(''));
      const form = ['--no-header', '--no-annotate', '--generate-hashes', '--emit-index-url'];
      const compile = [uv, 'pip', 'compile', '--quiet', '--python', python.path, ...form];
      const resolution = readResolution(await step('resolve', [...compile, ...input.args, list]), input.refreshed);
      await rm(list);
      await bases.copyTo(folder, { uv, python, locked: resolution.locked });
      if (install.length > 0) await step('install', installing(uv, inside, install));
      const packages = await installedIn(folder);
      return isWhatWasResolved(packages, resolution) ? packages : undefined;
    } catch (error) {
      if (error instanceof Problem && error.code === 'environment-failed') return undefined;
      throw error;
    }
  }

  return {
    async environment(folder, { python, cwd, install, hashes = [], env = {}, confinement = {} }) {
      const interpreter = await interpreters.find(python);
      if (interpreter === undefined) {
        throw new Problem('interpreter-missing', `Python ${python ?? '3'} is not on this build worker`);
      }
      const anew = async () => {
        await removeTree(folder);
        await mkdir(folder, { recursive: true });
      };
      await Promise.all([anew(), mkdir(cache, { recursive: true })]);
      const inside = join(folder, 'bin', 'python');
      const step = stepsIn({ folder, cwd, env, readable: pathsIn(install), confinement });
      const uv = await tools.find('uv');
      const pinned = hashes.length === 0 ? undefined : hashedLines(splitPinned(install).pinned, hashes);
      const wanted = { folder, inside, install, pinned, step, confinement };

      let packages = uv === undefined ? undefined : await fromBase(uv, interpreter, wanted);
      if (packages === undefined) {
        await anew();
        packages = await (uv ? byUv(uv, interpreter, wanted) : byPip(interpreter.path, wanted));
      }
      return { python: inside, version: interpreter.version, packages: await store.put('packages.txt', packages) };
    },
  };
}

interface Wanted {
  readonly folder: string;
  readonly inside: string;
  readonly install: readonly string[];
  /** Lines of a requirement file, with hashes. */
  readonly pinned: string | undefined;
  readonly step: Step;
  readonly confinement: Confinement;
}

interface StepPlace {
  readonly folder: string;
  readonly cwd: string;
  readonly env: Environment;
  readonly readable: readonly string[];
  readonly confinement: Confinement;
}

/** What `python -m venv` would put in, since projects' commands call it. */
function seedsOf({ version }: Interpreter): string[] {
  return compare(version, '3.12') < 0 ? ['pip', 'setuptools'] : ['pip'];
}

/** Compiled once: the environment is read-only for commands, which would compile it again each. */
function installing(uv: string, inside: string, wanted: readonly string[]): string[] {
  return [uv, 'pip', 'install', '--python', inside, '--compile-bytecode', ...wanted];
}

async function byUv(uv: string, python: Interpreter, wanted: Wanted): Promise<string> {
  const { folder, inside, install, step } = wanted;
  const venv = ['venv', '--quiet', '--no-project', '--allow-existing'];
  await step('environment', [uv, ...venv, '--python', python.path, folder]);
  const { options, others } = splitPinned(install);
  const hashed = await requirementFile(wanted);
  const named = hashed === undefined ? install : [...options, ...others, '-r', hashed];
  if (install.length > 0) await step('install', installing(uv, inside, named));
  // Last, so that they aren't compiled for nothing.
  await step('seeds', [uv, 'pip', 'install', '--python', inside, ...seedsOf(python)]);
  return step('packages', [uv, 'pip', 'list', '--format=freeze', '--python', inside]);
}

async function byPip(python: string, wanted: Wanted): Promise<string> {
  const { folder, inside, install, step } = wanted;
  const pip = [inside, '-m', 'pip'];
  await step('environment', [python, '-m', 'venv', folder]);
  // pip asks for the hashes of all dependencies once one is given.
  const { options } = splitPinned(install);
  const hashed = await requirementFile(wanted);
  if (hashed !== undefined) await step('install', [...pip, 'install', '--no-deps', ...options, '-r', hashed]);
  if (install.length > 0) await step('install', [...pip, 'install', ...install]);
  return step('packages', [...pip, 'list', '--format=freeze']);
}

async function requirementFile({ folder, pinned }: Wanted): Promise<string | undefined> {
  if (pinned === undefined) return undefined;
  const file = join(folder, 'hashed-requirements.txt');
  await writeFile(file, pinned);
  return file;
}
