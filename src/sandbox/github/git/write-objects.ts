import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git } from './command.ts';
import type { Identity } from './merge.ts';
import { NO_OBJECT } from './names.ts';

export interface Entry {
  path: string;
  mode: string;
  type: string;
  sha: string;
  size?: number;
}

/** The entries of a tree, or of a commit's tree; undefined where there is none. */
export async function readTree(
  git: Git,
  root: string,
  recursive: boolean,
): Promise<{ sha: string; entries: Entry[] } | undefined> {
  const tree = await git.look(`${root}^{tree}`);
  if (!tree) return undefined;
  const { sha } = tree;
  const list = await git.text(['ls-tree', '-l', '-z', ...(recursive ? ['-r', '-t'] : []), sha]);
  const entries = list.split('\0').flatMap((line) => {
    const [, mode, type, object, size, path] = /^(\d+) (\w+) ([0-9a-f]{40}) +(\S+)\t([\s\S]+)$/.exec(line) ?? [];
    if (!path) return [];
    return [{ path, mode: mode!, type: type!, sha: object!, ...(size === '-' ? {} : { size: Number(size) }) }];
  });
  return { sha, entries };
}

export async function writeBlob(git: Git, content: Uint8Array | string): Promise<string> {
  return git.text(['hash-object', '-w', '--stdin'], { input: content });
}

/** A tree from another one and changes to it; an entry without object takes its path away. */
export async function writeTree(
  git: Git,
  base: string | undefined,
  entries: readonly { path: string; mode: string; sha: string | null; content?: string }[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-index-'));
  const env = { GIT_INDEX_FILE: join(folder, 'index') };
  try {
    await git.bytes(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { env });
    for (const { path, mode, sha, content } of entries) {
      const object = content === undefined ? sha : await writeBlob(git, content);
      if (mode === '040000' && object !== null) {
        await git.bytes(['read-tree', `--prefix=${path}/`, object], { env });
        continue;
      }
      const input = object === null ? `0 ${NO_OBJECT}\t${path}\0` : `${mode} ${object}\t${path}\0`;
      await git.bytes(['update-index', '-z', '--index-info'], { env, input });
    }
    return await git.text(['write-tree'], { env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function writeTag(
  git: Git,
  tag: { tag: string; message: string; object: string; type: string; tagger: Identity & { date: string } },
): Promise<string> {
  const { name, email, date } = tag.tagger;
  const clean = (text: string) => text.replace(/[<>\n]/g, '');
  const tagger = `${clean(name)} <${clean(email)}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
  const message = tag.message.endsWith('\n') ? tag.message : `${tag.message}\n`;
  const content = `object ${tag.object}\ntype ${tag.type}\ntag ${tag.tag}\ntagger ${tagger}\n\n${message}`;
  return git.text(['hash-object', '-t', 'tag', '-w', '--stdin'], { input: content });
}
