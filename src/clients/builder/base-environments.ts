import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { copyTree } from '../copy-tree.ts';
import { removeTree } from '../own-folder.ts';
import type { Interpreter } from './interpreters.ts';
import { commandProblem } from './launcher.ts';
import type { BuilderParts } from './parts.ts';

const KEPT = 8;
const LIMIT_SECONDS = 1800;
/** Of no use before somebody calls it. */
const UNCOMPILED = '/site-packages/(pip|setuptools)/';

interface Base {
  readonly made: Promise<string>;
  users: number;
  used: number;
  /** A copy for whoever comes next, once it is whole. */
  spare?: string | 'being made';
}

/**
 * Environments that hold what a locked list names and nothing else, made once by this worker and copied from then on. No code of anybody
 * runs while one can be written to: there are only wheels in it, from a cache that nothing else writes to, checked by their hashes, and
 * compiled without being imported.
 */
export function createBaseEnvironments({ launcher, tools, interpreters, cache }: BuilderParts) {
  const bases = new Map<string, Base>();
  const wheels = `${cache}-of-bases`;
  let clock = 0;

  async function make(uv: string, python: Interpreter, locked: string): Promise<string> {
    await mkdir(wheels, { recursive: true });
    const folder = await mkdtemp(join(await launcher.scratch(), 'base-'));
    const inside = join(folder, 'bin', 'python');
    const list = join(folder, 'locked.txt');
    const step = (name: string, command: readonly string[], writable: readonly string[]) =>
      launcher.run({
        ...{ name, command, cwd: folder, timeoutSeconds: LIMIT_SECONDS, network: true, writable },
        env: { ...tools.env, UV_CACHE_DIR: wheels },
        readable: [...tools.folders, ...interpreters.folders()],
      });
    const must = async (...[name, command, writable]: Parameters<typeof step>) => {
      const result = await step(name, command, writable);
      if (result.exitCode !== 0 || result.timedOut) throw commandProblem('environment-failed', name, result);
    };
    try {
      await writeFile(list, locked);
      const both = [folder, wheels];
      const venv = ['venv', '--quiet', '--no-project', '--allow-existing', '--relocatable'];
      await must('base', [uv, ...venv, '--python', python.path, folder], both);
      const exactly = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '-r', list];
      await must('base-packages', [uv, 'pip', 'install', '--python', inside, ...exactly], both);
      // A file that is no Python of this version stays as it is: whoever imports it will be told.
      const compile = ['-m', 'compileall', '-q', '-j', '0', '-x', UNCOMPILED, join(folder, 'lib')];
      await step('base-compile', [python.path, '-I', '-S', ...compile], [folder]);
      await rm(list);
      return folder;
    } catch (error) {
      await removeTree(folder);
      throw error;
    }
  }

  function evict(): void {
    const idle = [...bases].filter(([, { users }]) => users === 0).sort(([, a], [, b]) => a.used - b.used);
    for (const [key, { made, spare }] of idle.slice(0, Math.max(0, bases.size - KEPT))) {
      bases.delete(key);
      made.then(removeTree).catch(() => undefined);
      if (spare !== undefined && spare !== 'being made') void removeTree(spare).catch(() => undefined);
    }
  }

  /** Whoever asks first makes it; what stops that one is no trouble of those who wait for the same. */
  async function baseOf(key: string, base: Base): Promise<string> {
    try {
      return await base.made;
    } catch (cause) {
      bases.delete(key);
      throw new Problem('environment-failed', 'its base could not be made', { cause });
    }
  }

  /** Made while nobody waits for it: an environment of many packages takes a second to copy. */
  async function makeSpare(key: string, base: Base): Promise<void> {
    if (base.spare !== undefined) return;
    base.spare = 'being made';
    const spare = await mkdtemp(join(await launcher.scratch(), 'spare-'));
    try {
      await copyTree(await base.made, spare, { aside: true });
      if (bases.get(key) !== base) throw new Error('nobody will want it');
      base.spare = spare;
    } catch {
      delete base.spare;
      await removeTree(spare);
    }
  }

  /** Not where the folder is on another file system, or not empty. */
  async function takeSpare(base: Base, folder: string): Promise<boolean> {
    const { spare } = base;
    if (spare === undefined || spare === 'being made') return false;
    delete base.spare;
    try {
      await rename(spare, folder);
      return true;
    } catch {
      await removeTree(spare);
      return false;
    }
  }

  return {
    /** A copy in an empty folder, which is its user's alone. */
    async copyTo(folder: string, { uv, python, locked }: { uv: string; python: Interpreter; locked: string }) {
      const key = createHash('sha256').update(`${python.path}\n${python.version}\n${locked}`).digest('hex');
      const known = bases.get(key);
      const base: Base = known ?? { made: make(uv, python, locked), users: 0, used: 0 };
      bases.set(key, base);
      clock += 1;
      base.used = clock;
      base.users += 1;
      try {
        const from = await baseOf(key, base);
        if (!(await takeSpare(base, folder))) await copyTree(from, folder);
      } finally {
        base.users -= 1;
        evict();
      }
      // What was wanted twice will be wanted again.
      if (known) void makeSpare(key, base).catch(() => undefined);
    },
  };
}
