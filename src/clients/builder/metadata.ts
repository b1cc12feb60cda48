import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { list } from 'tar';
import { Problem } from '../../domain/problem.ts';

/** Name and version of the core metadata in a wheel or an sdist. */
export async function readMetadata(file: string): Promise<{ name: string; version: string }> {
  const text = file.endsWith('.whl') ? await fromWheel(file) : await fromSdist(file);
  if (text === undefined) throw new Problem('metadata-refused', `${basename(file)} holds no metadata`);
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*?)\\s*$`, 'im').exec(head)?.[1] ?? '';
  return { name: field('Name'), version: field('Version') };
}

async function fromWheel(file: string): Promise<string | undefined> {
  try {
    const found = unzipSync(await readFile(file), { filter: ({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name) });
    const content = Object.values(found)[0];
    return content === undefined ? undefined : strFromU8(content);
  } catch (error) {
    throw new Problem('metadata-refused', `${basename(file)} is not a wheel`, { cause: error });
  }
}

async function fromSdist(file: string): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  await list({
    ...{ file, strict: true },
    filter: (path) => /^[^/]+\/PKG-INFO$/.test(path),
    onReadEntry: (entry) => entry.on('data', (piece: Buffer) => pieces.push(piece)),
  }).catch((error) => {
    throw new Problem('metadata-refused', `${basename(file)} is not an sdist`, { cause: error });
  });
  return pieces.length === 0 ? undefined : Buffer.concat(pieces).toString('utf8');
}
