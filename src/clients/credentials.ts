import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';
import { errorCode } from './durable-file.ts';

/**
 * Credentials as files of one folder, read anew each time. A file that everybody on the machine may read is used all the same,
 * since containers mount their secrets so, but `warn` is told of it once.
 */
export function createCredentials(folder: string, warn: (message: string) => void = () => {}): Credentials {
  const warned = new Set<string>();

  async function contentOf(name: string): Promise<string> {
    const path = join(folder, name);
    try {
      if (((await stat(path)).mode & 0o004) !== 0 && !warned.has(name)) {
        warned.add(name);
        warn(`the credential file ${name} may be read by everybody on this machine: chmod 600 it`);
      }
      return await readFile(path, 'utf8');
    } catch (error) {
      const why = errorCode(error) === 'ENOENT' ? 'is not there' : `can't be read (${errorCode(error)})`;
      throw new Problem('credential-missing', `the credential file ${name} ${why}`, { cause: error });
    }
  }

  async function secretOf(name: string): Promise<string> {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) {
      throw new Problem('credential-missing', `${JSON.stringify(name)} is not the name of a credential file`);
    }
    const secret = (await contentOf(name)).trim();
    if (secret === '') throw new Problem('credential-missing', `the credential file ${name} is empty`);
    return secret;
  }

  return {
    async read(name) {
      const secret = await secretOf(name);
      // It travels in a header: a line break would begin another one.
      if (/[\r\n]/.test(secret)) {
        throw new Problem('credential-missing', `the credential file ${name} holds more than one line`);
      }
      return secret;
    },
    async key(name) {
      const key = await secretOf(name);
      if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n/.test(key))
        throw new Problem('credential-missing', `the credential file ${name} holds no private key`);
      return `${key}\n`;
    },
  };
}
