import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Temporal CLI that set-up found or fetched (tools/run.mjs sets TEMPORAL_CLI), else the one on the PATH. */
export function temporalExecutable(env: NodeJS.ProcessEnv = process.env): string {
  const found = env.TEMPORAL_CLI || executableOnPath('temporal', env.PATH);
  if (found === undefined) {
    throw new Error(
      'There is no Temporal CLI: TEMPORAL_CLI is not set and the PATH has no "temporal"; npm run setup gets one.',
    );
  }
  return found;
}

export function executableOnPath(name: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
