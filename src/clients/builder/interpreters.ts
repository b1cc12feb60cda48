import { readdir, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { baseEnvironment, findProgram, run } from '../command.ts';
import { interpreterFolders } from './view.ts';

export interface Interpreter {
  /** The interpreter itself: no shim, no link. */
  readonly path: string;
  readonly version: string;
}

export interface Interpreters {
  /** By version (`3.11`, `3.11.7`), or the machine's own. */
  find(version: string | null): Promise<Interpreter | undefined>;
  /** Any Python 3, for our own use. */
  any(): Promise<string | undefined>;
  /** What a program needs that runs on any of those found. */
  folders(): readonly string[];
}

export function createInterpreters(tools: string | undefined, cache: string): Interpreters {
  const known = new Map<string, Promise<Interpreter | undefined>>();
  const found = new Map<string, readonly string[]>();

  async function search(version: string | null): Promise<Interpreter | undefined> {
    if (version !== null && !/^3\.\d{1,2}(\.\d{1,3})?$/.test(version)) return undefined;
    for (const candidate of await candidates(version)) {
      const interpreter = await ask(candidate);
      if (interpreter === undefined || !suits(interpreter.version, version)) continue;
      found.set(interpreter.path, interpreterFolders(interpreter.path));
      return interpreter;
    }
    return undefined;
  }

  async function candidates(version: string | null): Promise<string[]> {
    const own = tools === undefined ? [] : [join(tools, 'python')];
    if (version === null) return [...onPath('python3'), ...onPath('python'), ...own];
    const minor = version.split('.').slice(0, 2).join('.');
    return [
      ...onPath(`python${minor}`),
      ...onPath('python3'),
      ...own,
      ...(await pyenv(minor)),
      ...(await fromUv(version)),
    ];
  }

  /** Those that uv manages; nothing is downloaded. */
  async function fromUv(version: string): Promise<string[]> {
    const env: Record<string, string> = { ...baseEnvironment(), UV_PYTHON_DOWNLOADS: 'never', UV_CACHE_DIR: cache };
    const uv = await findProgram('uv', [tools ?? '', env.PATH ?? ''].join(delimiter));
    if (uv === undefined) return [];
    const { exitCode, stdout } = await run(uv, ['python', 'find', '--no-config', '--no-project', '--system', version], {
      ...{ cwd: '/', env, timeoutSeconds: 30 },
    });
    return exitCode === 0 ? [stdout.trim()] : [];
  }

  return {
    find(version) {
      const key = version ?? '';
      const answer = known.get(key) ?? search(version);
      known.set(key, answer);
      // Somebody may install what was missing: only what was found is remembered.
      answer.then((interpreter) => interpreter === undefined && known.delete(key)).catch(() => known.delete(key));
      return answer;
    },
    async any() {
      const own = tools === undefined ? undefined : await ask(join(tools, 'python'));
      return (own ?? (await this.find(null)))?.path;
    },
    folders: () => [...found.values()].flat(),
  };
}

function onPath(name: string): string[] {
  return (baseEnvironment().PATH ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name));
}

/** pyenv's shims answer only for versions that are switched on. */
async function pyenv(minor: string): Promise<string[]> {
  const versions = join(process.env.PYENV_ROOT ?? join(process.env.HOME ?? '/', '.pyenv'), 'versions');
  const names = await readdir(versions).catch(() => []);
  return names.filter((name) => suits(name, minor)).map((name) => join(versions, name, 'bin', `python${minor}`));
}

async function ask(candidate: string): Promise<Interpreter | undefined> {
  if ((await findProgram(candidate, '')) === undefined) return undefined;
  const script = 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])';
  const end = await run(candidate, ['-I', '-c', script], { cwd: '/', env: baseEnvironment(), timeoutSeconds: 30 });
  const [path, version] = end.stdout.trim().split('\n');
  if (end.exitCode !== 0 || path === undefined || version === undefined) return undefined;
  return { path: await realpath(path), version };
}

function suits(version: string, wanted: string | null): boolean {
  return version.startsWith('3.') && (wanted === null || version === wanted || version.startsWith(`${wanted}.`));
}
