import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Environment } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { baseEnvironment, findProgram } from '../command.ts';
import type { BuilderOptions } from './options.ts';
import { interpreterFolders } from './view.ts';

/** Programs of ours: those of the tools environment come first. */
export interface Tools {
  find(name: string): Promise<string | undefined>;
  need(name: string): Promise<string>;
  /** What a command's view needs so that they run there. */
  readonly folders: readonly string[];
  readonly env: Environment;
  /** Come last on a project command's PATH. */
  readonly programs: readonly string[];
}

export function createTools({ tools, cache, env: own }: BuilderOptions): Tools {
  const base = baseEnvironment();
  const programs = tools === undefined ? [] : [tools];
  const path = [...programs, base.PATH ?? ''].join(delimiter);
  return {
    programs,
    folders: tools === undefined ? [] : foldersOf(tools),
    find: (name) => findProgram(name, path),
    async need(name) {
      const found = await findProgram(name, path);
      if (found === undefined)
        throw new Problem('tool-missing', `${name} is neither in the tools environment nor on the PATH`);
      return found;
    },
    // No configuration of the machine's user decides what is installed: only what is said here.
    env: {
      ...base,
      PATH: path,
      LC_ALL: 'C.UTF-8',
      NO_COLOR: '1',
      PIP_CONFIG_FILE: '/dev/null',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_INPUT: '1',
      UV_NO_CONFIG: '1',
      UV_NO_PROGRESS: '1',
      UV_CACHE_DIR: cache,
      UV_LINK_MODE: 'copy', // the cache is another mount in a command's view
      UV_PYTHON_DOWNLOADS: 'never',
      PYTHONNOUSERSITE: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      ...own,
    },
  };
}

/** A virtual environment as a whole, with its interpreter; of any other folder itself alone. */
function foldersOf(tools: string): string[] {
  const environment = dirname(tools);
  const python = join(tools, 'python');
  if (!existsSync(join(environment, 'pyvenv.cfg')) || !existsSync(python)) return [tools];
  return [environment, ...interpreterFolders(realpathSync(python))];
}
