import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { Problem } from '../../domain/problem.ts';
import { errorCode } from '../durable-file.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Lines of `AWS_ACCESS_KEY_ID=…`, as they are exported elsewhere; read anew each time, so that a key can be changed under way. */
export async function readKeys(file: string): Promise<Keys> {
  const text = await readFile(file, 'utf8').catch((error) => {
    const why = errorCode(error) === 'ENOENT' ? 'is not there' : `can't be read (${errorCode(error)})`;
    throw new Problem('credential-missing', `the key of the artifact store (${file}) ${why}`, { cause: error });
  });
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = parseEnv(text);
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Problem(
      'credential-missing',
      `${file} needs two lines: AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=… (and AWS_SESSION_TOKEN=… for a key that ends)`,
    );
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}
