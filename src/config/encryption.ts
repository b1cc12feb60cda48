import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { sentence } from './schema-faults.ts';
import { keys, oneLine, pattern } from './schema-parts.ts';
import type { Finding } from './signatures.ts';

const MAKE = 'Make one with `openssl rand -base64 32`, in a file that only the services can read.';
const KEY_BYTES = 32;

const kid = pattern(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'Write letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
);

/** `encryption` of slipway.yaml: files of keys by their ids; `current` encrypts, all of them decrypt. */
export const encryptionSchema = keys({ current: kid.exactOptional(), keys: z.record(kid, oneLine).default({}) });

type Entry = z.output<typeof encryptionSchema>;

export interface EncryptionFile {
  readonly current?: string;
  readonly keys: Readonly<Record<string, KeyObject>>;
  /** Where they are, so that nobody else is shown them. */
  readonly files: readonly string[];
}

/** The keys that can be read, and what is wrong with others. */
export async function readEncryption(
  entry: Entry,
  file: string,
): Promise<{ encryption: EncryptionFile; findings: Finding[] }> {
  const files = Object.values(entry.keys).map((path) => resolve(dirname(file), path));
  const known: Record<string, KeyObject> = {};
  const findings: Finding[] = [];
  for (const [name, path] of Object.entries(entry.keys)) {
    const read = await keyIn(resolve(dirname(file), path));
    if ('wrong' in read) findings.push({ path: ['encryption', 'keys', name], text: sentence(read.wrong, read.remedy) });
    else known[name] = read.key;
  }
  const { current } = entry;
  if (current !== undefined && !(current in entry.keys)) {
    const remedy = 'Name its file there, or let current be one of those that are.';
    findings.push({ path: ['encryption', 'current'], text: sentence('is not among encryption.keys', remedy) });
  }
  return { encryption: { ...(current === undefined ? {} : { current }), keys: known, files }, findings };
}

async function keyIn(path: string): Promise<{ key: KeyObject } | { wrong: string; remedy: string }> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string') return { wrong: `cannot be read: ${path} (${text.code})`, remedy: MAKE };
  const bytes = /^[A-Za-z0-9+/]{43}=$/.test(text.trim()) ? Buffer.from(text.trim(), 'base64') : undefined;
  if (bytes?.length !== KEY_BYTES) return { wrong: `holds no key of 32 bytes in base64: ${path}`, remedy: MAKE };
  return { key: createSecretKey(bytes) };
}
