import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { PublicKeys } from '../domain/run/proof.ts';
import { sentence } from './schema-faults.ts';
import { keys, oneLine, pattern, text } from './schema-parts.ts';
import type { Path } from './yaml-source.ts';

/** What the API signs with. Nobody else reads the file that it comes from. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

const MAKE = 'Make a key pair with `npm run -s slipway -- keys new`.';

const kid = pattern(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'Write letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
);
const publicKey = text((value) => {
  if (value.includes('PRIVATE KEY'))
    return ['is a private key, which was written into a file that others read', `Throw it away. ${MAKE}`];
  return value.trim() === '' ? ['is empty', 'Write the public key as PEM, or the file that holds it.'] : undefined;
});
const day = z.iso.date({
  error: () => sentence('is not a day', 'Write the last day in quotes, such as "2027-01-31".'),
});

/** `signatures` of slipway.yaml. */
export const signaturesSchema = keys({
  /** File of the private key, which the API reads alone. */
  key: oneLine.exactOptional(),
  /** PEM, or a file that holds it; those that signed before stay here for as long as a run with their sign-offs is open. */
  keys: z
    .record(
      kid,
      z.preprocess(
        (value) => (typeof value === 'string' ? { publicKey: value } : value),
        keys({ publicKey, until: day.exactOptional() }),
      ),
    )
    .default({}),
});

type Entry = z.output<typeof signaturesSchema>;
export type Finding = { readonly path: Path; readonly text: string };

/** The public keys, and what is wrong with others. */
export async function readPublicKeys(entry: Entry, file: string): Promise<{ keys: PublicKeys; findings: Finding[] }> {
  const keys: Record<string, PublicKeys[string]> = {};
  const findings: Finding[] = [];
  for (const [name, { publicKey, until }] of Object.entries(entry.keys)) {
    const read = await publicKeyIn(publicKey, file);
    if ('wrong' in read) findings.push({ path: ['signatures', 'keys', name], text: sentence(read.wrong, read.remedy) });
    else keys[name] = { publicKey: read.hex, ...(until === undefined ? {} : { until }) };
  }
  return { keys, findings };
}

/** The API's own key, told apart by the public key that belongs to it. */
export async function readSigningKey(
  entry: Entry,
  given: { readonly file: string; readonly keys: PublicKeys; readonly now: Date },
): Promise<SigningKey | { wrong: string; remedy: string } | undefined> {
  if (entry.key === undefined) return undefined;
  const path = resolve(dirname(given.file), entry.key);
  const read = await readFile(path, 'utf8').then(
    (pem) => privateKeyIn(pem),
    (error: NodeJS.ErrnoException) => ({ wrong: `cannot be read: ${path} (${error.code})`, remedy: MAKE }),
  );
  if ('wrong' in read) return read;
  const own = hexOf(createPublicKey(read));
  const [name, key] = Object.entries(given.keys).find(([, one]) => one.publicKey === own) ?? [];
  if (name === undefined || key === undefined) {
    const remedy = 'Write its public key under signatures.keys: workers verify by that.';
    return { wrong: 'is a key whose public key is not listed', remedy };
  }
  if (key.until !== undefined && given.now.toISOString().slice(0, 10) > key.until)
    return {
      wrong: `is the key ${name}, which counts until ${key.until}`,
      remedy: `${MAKE} Let it take this one's place.`,
    };
  return { kid: name, privateKey: read };
}

/** A new pair, as PEM. */
export function newKeyPair(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

async function publicKeyIn(value: string, file: string): Promise<{ hex: string } | { wrong: string; remedy: string }> {
  const path = resolve(dirname(file), value.trim());
  const pem = value.includes('-----BEGIN')
    ? value
    : await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof pem !== 'string') return { wrong: `cannot be read: ${path} (${pem.code})`, remedy: MAKE };
  if (pem.includes('PRIVATE KEY'))
    return {
      wrong: `is a private key: ${path}`,
      remedy: 'Name the file of its public key: workers hold no private one.',
    };
  const key = keyIn(() => createPublicKey(pem));
  return key ? { hex: hexOf(key) } : { wrong: 'is no Ed25519 public key as PEM', remedy: MAKE };
}

function privateKeyIn(pem: string): KeyObject | { wrong: string; remedy: string } {
  return keyIn(() => createPrivateKey(pem)) ?? { wrong: 'holds no Ed25519 private key as PEM', remedy: MAKE };
}

function keyIn(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined; // OpenSSL names no cause that would help
  }
}

/** Bare, as the runs verify with it. */
function hexOf(key: KeyObject): string {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
}
