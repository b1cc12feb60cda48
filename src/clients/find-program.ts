import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where a program is, as a shell would find it. */
export async function findProgram(program: string, path: string): Promise<string | undefined> {
  const candidates = program.includes('/')
    ? [program]
    : path
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, program));
  for (const candidate of candidates) {
    const usable = await access(candidate, constants.X_OK).then(
      () => stat(candidate),
      () => undefined,
    );
    if (usable?.isFile()) return candidate;
  }
  return undefined;
}
