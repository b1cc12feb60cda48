import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, run } from '../clients/command.ts';

export interface Installed {
  /** What the installed package's metadata says, and its module where that says something too. */
  readonly version: string;
  readonly module: { readonly name: string; readonly version: string } | null;
}

const ASK = `
import importlib, importlib.metadata as metadata, json, sys
name = sys.argv[1]
plain = lambda text: text.lower().replace('_', '-').replace('.', '-')
modules = [module for module, names in metadata.packages_distributions().items() if plain(name) in map(plain, names)]
said = [(module, getattr(importlib.import_module(module), '__version__', None)) for module in modules[:1]]
module = next(({'name': module, 'version': str(version)} for module, version in said if version), None)
print(json.dumps({'version': metadata.version(name), 'module': module}))
`;

/**
 * Installs by name as a user would: from the sandbox's index, what it depends on from the ordinary one; without a version whatever an
 * installer chooses.
 */
export async function installReleased(asked: {
  readonly name: string;
  readonly version?: string;
  readonly simpleUrl: string;
  readonly tools: string;
  readonly cache: string;
}): Promise<Installed> {
  const { name, version, simpleUrl, tools, cache } = asked;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-installed-'));
  const env = { ...baseEnvironment(), UV_CACHE_DIR: cache, UV_PYTHON_DOWNLOADS: 'never', UV_NO_CONFIG: '1' };
  const step = async (program: string, args: readonly string[]) => {
    const end = await run(program, args, { cwd: folder, env, timeoutSeconds: 300 });
    if (end.exitCode === 0) return end.stdout;
    throw new Error(`${program} ${args.slice(0, 3).join(' ')} …: ${end.stderr.trim().slice(-1500)}`);
  };
  try {
    const uv = join(tools, 'uv');
    const venv = join(folder, 'venv');
    await step(uv, ['venv', '--quiet', venv]);
    const python = join(venv, 'bin/python');
    const wanted = version === undefined ? name : `${name}==${version}`;
    await step(uv, [
      'pip',
      'install',
      '--quiet',
      '--python',
      python,
      '--refresh-package',
      name,
      '--index',
      simpleUrl,
      wanted,
    ]);
    return JSON.parse((await step(python, ['-I', '-c', ASK, name])).trim().split('\n').at(-1) ?? '') as Installed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
