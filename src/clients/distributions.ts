import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { list } from 'tar';
import type { DistributionReads } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';

/** A few kilobytes may unpack to as many gigabytes. */
const LARGEST = 1024 * 1024 * 1024;

export function createDistributionReads(largest = LARGEST): DistributionReads {
  return {
    async members(file) {
      try {
        if (/\.(?:whl|zip)$/.test(file)) {
          const members = ofZip(await readFile(file), largest);
          return file.endsWith('.zip') ? withoutTop(members) : members;
        }
        return withoutTop(await ofTar(file, largest));
      } catch (error) {
        if (error instanceof Problem) throw error;
        throw new Problem('metadata-refused', `${basename(file)} is neither a wheel nor an sdist`, { cause: error });
      }
    },

    async unpack(zip, folder, wanted) {
      const refuse = (why: string, cause?: unknown) =>
        new Problem('built-file-refused', `${basename(zip)} ${why}`, { cause });
      let members: Map<string, Uint8Array>;
      try {
        members = ofZip(await readFile(zip), largest);
      } catch (error) {
        throw refuse(error instanceof Problem ? error.message : 'is no zip', error);
      }
      const names = new Set<string>();
      for (const [path, content] of members) {
        const name = path.split(/[/\\]/).at(-1) ?? '';
        if (!wanted(name)) continue;
        if (!/^[\w.!+-]+$/.test(name) || name.startsWith('.')) throw refuse(`holds ${JSON.stringify(path)}`);
        if (names.has(name)) throw refuse(`holds two files named ${name}`);
        names.add(name);
        await writeFile(join(folder, name), content, { flag: 'wx' });
      }
      return [...names];
    },
  };
}

function ofZip(content: Uint8Array, largest: number): Map<string, Uint8Array> {
  let total = 0;
  const names = new Set<string>();
  const members = unzipSync(content, {
    filter({ name, originalSize }) {
      total += originalSize;
      // Readers differ in which of the two they take.
      if (names.has(name)) throw new Problem('metadata-refused', `it holds ${name} twice`);
      names.add(name);
      return total <= largest && !name.endsWith('/');
    },
  });
  if (total > largest) throw tooLarge(largest);
  return new Map(Object.entries(members));
}

async function ofTar(file: string, largest: number): Promise<Map<string, Uint8Array>> {
  const members = new Map<string, Uint8Array>();
  let total = 0;
  await list({
    file,
    strict: true,
    onReadEntry(entry) {
      total += entry.size;
      if (entry.type === 'Directory' || total > largest) return;
      // What a link points at is its content.
      const pieces: Buffer[] = entry.linkpath ? [Buffer.from(`-> ${entry.linkpath}`)] : [];
      entry.on('data', (piece: Buffer) => void pieces.push(piece));
      entry.on('end', () => void members.set(entry.path, Buffer.concat(pieces)));
    },
  });
  if (total > largest) throw tooLarge(largest);
  return members;
}

function withoutTop(members: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  return new Map([...members].map(([path, content]) => [path.replace(/^(?:\.\/)?[^/]+\//, ''), content]));
}

function tooLarge(largest: number): Problem {
  return new Problem('metadata-refused', `it unpacks to more than ${largest} bytes`);
}
