import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a virtual environment says of the interpreter that it was made from. */
export async function virtualEnvironment(folder: string): Promise<{ interpreter: string } | undefined> {
  const text = await readFile(join(folder, 'pyvenv.cfg'), 'utf8').catch(() => undefined);
  const home = text === undefined ? undefined : /^home\s*=\s*(.+?)\s*$/m.exec(text)?.[1];
  return home === undefined ? undefined : { interpreter: join(home, 'python3') };
}

/** `name==version`, a line each, by the names of the folders alone: what lies in them may be a project's doing. */
export async function installedIn(folder: string): Promise<string> {
  const lib = join(folder, 'lib');
  const pythons = (await readdir(lib)).filter((name) => name.startsWith('python'));
  const names = await Promise.all(pythons.map((python) => readdir(join(lib, python, 'site-packages'))));
  const packages = names.flat().flatMap((name) => {
    const [, project, version] = /^([A-Za-z0-9][\w.]*)-(.+)\.(?:dist|egg)-info$/.exec(name) ?? [];
    return project === undefined ? [] : [`${project.toLowerCase().replaceAll(/[_.]+/g, '-')}==${version}\n`];
  });
  return packages.sort().join('');
}
