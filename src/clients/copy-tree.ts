import { mkdir } from 'node:fs/promises';
import { baseEnvironment, run } from './command.ts';

const LIMIT_SECONDS = 1800;

/**
 * A copy of a folder, links, modes and times kept. By cp, which takes a tenth of what Node needs for many small files. `aside`: with what the
 * processors have to spare.
 */
export async function copyTree(source: string, target: string, { aside = false } = {}): Promise<void> {
  await mkdir(target, { recursive: true });
  const [program = '', ...args] = [...(aside ? ['nice', '-n', '19'] : []), 'cp', '-R', '-P', '-p'];
  const end = await run(program, [...args, '--', `${source}/.`, target], {
    ...{ cwd: '/', env: baseEnvironment(), timeoutSeconds: LIMIT_SECONDS },
  });
  if (end.exitCode !== 0) throw new Error(`${source} can't be copied: ${end.stderr.trim().slice(-1500)}`);
}
