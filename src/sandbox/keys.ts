import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { newKeyPair } from '../config/signatures.ts';
import { newToken } from '../config/tokens.ts';
import { PEOPLE } from './people.ts';

/** Every secret of a sandbox, made once and kept with its state, so that what a person noted down holds after a restart. */
export interface Keys {
  readonly people: Readonly<Record<string, PersonKeys>>;
  /** Of the publish worker: on GitHub, on both indexes, on the registry. */
  readonly github: string;
  readonly index: string;
  readonly testIndex: string;
  readonly registry: string;
  readonly webhook: string;
  /** Of the sandbox's GitHub App: PEM. */
  readonly app: { readonly privateKey: string; readonly publicKey: string };
  /** What the API signs with, as PEM. */
  readonly signing: { readonly privateKey: string; readonly publicKey: string };
}

export interface PersonKeys {
  /** For Slipway's API. */
  readonly token: string;
  readonly githubToken: string;
  /** For the pages of the index. */
  readonly password: string;
}

export function keysIn(file: string): Keys {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Keys) : undefined;
  if (kept?.app) return kept;
  const keys: Keys = {
    ...{ app: newAppKey() },
    people: Object.fromEntries(PEOPLE.map(({ login }) => [login, newPersonKeys()])),
    github: secret('ghp_'),
    index: secret('pypi-'),
    testIndex: secret('pypi-'),
    registry: secret('registry-'),
    webhook: secret('webhook-'),
    signing: newKeyPair(),
  };
  // A sandbox from before there was an App keeps what it had.
  const whole = { ...keys, ...kept };
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`, { mode: 0o600 });
  return whole;
}

function newAppKey(): Keys['app'] {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, // as GitHub hands them out
  });
}

function newPersonKeys(): PersonKeys {
  return { token: newToken(), githubToken: secret('ghp_'), password: secret('') };
}

function secret(prefix: string): string {
  return prefix + randomBytes(18).toString('base64url');
}
