import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a virtual environment says of the interpreter that it was made from. */
export async function virtualEnvironment(folder: string): Promise<{ interpreter: string } | undefined> {
  const text = await readFile(join(folder, 'pyvenv.cfg'), 'utf8').catch(() => undefined);
  const home = text === undefined ? undefined : /^home\s*=\s*(.+?)\s*$/m.exec(text)?.[1];
  return home === undefined ? undefined : { interpreter: join(home, 'python3') };
}
