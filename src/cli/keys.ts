import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { newKeyPair } from '../config/signatures.ts';
import { Problem } from '../domain/problem.ts';

/** A key pair for the API's signatures: the private key into a file that only its owner reads, the rest to be put into slipway.yaml. */
export async function newKey(folder: string, { kid }: { kid: string }): Promise<void> {
  const file = resolve(join(folder, `${kid}.key`));
  const { privateKey, publicKey } = newKeyPair();
  await writeFile(file, privateKey, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw new Problem('key-not-written', `${file} cannot be written (${error.code})`);
  });
  process.stdout.write(
    `# The private key is in ${file}: only the API may read it. In slipway.yaml:\n${stringify({
      signatures: { key: file, keys: { [kid]: publicKey } },
    })}`,
  );
}
