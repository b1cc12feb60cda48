import type { Git } from './command.ts';

export interface GitObject {
  sha: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  content: Buffer;
}

export interface Signature {
  name: string;
  email: string;
  /** ISO 8601 in UTC, as GitHub writes it. */
  date: string;
}

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

export interface Tag {
  sha: string;
  tag: string;
  object: { sha: string; type: string };
  tagger: Signature;
  message: string;
}

/** Objects by full SHA or `<sha>:<path>`, in one process; undefined where there is none. */
export async function readObjects(git: Git, names: readonly string[]): Promise<(GitObject | undefined)[]> {
  if (names.length === 0) return [];
  const answer = await git.bytes(['cat-file', '--batch'], { input: `${names.join('\n')}\n` });
  const objects: (GitObject | undefined)[] = [];
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf(10, at);
    const [sha, type, size] = answer.subarray(at, end).toString('utf8').split(' ');
    at = end + 1;
    if (size === undefined || !/^\d+$/.test(size)) {
      objects.push(undefined);
      continue;
    }
    const content = answer.subarray(at, at + Number(size));
    objects.push({ sha: sha!, type: type as GitObject['type'], content });
    at += Number(size) + 1;
  }
  return objects;
}

export async function readObject(git: Git, sha: string): Promise<GitObject | undefined> {
  return (await readObjects(git, [sha]))[0];
}

export async function readCommits(git: Git, shas: readonly string[]): Promise<Commit[]> {
  const objects = await readObjects(git, shas);
  return objects.flatMap((object) => (object?.type === 'commit' ? [parseCommit(object)] : []));
}

export async function readCommit(git: Git, sha: string): Promise<Commit | undefined> {
  return (await readCommits(git, [sha]))[0];
}

export function parseCommit({ sha, content }: GitObject): Commit {
  const { headers, message } = split(content);
  const one = (name: string) => headers.find(([key]) => key === name)?.[1] ?? '';
  return {
    sha,
    tree: one('tree'),
    parents: headers.filter(([key]) => key === 'parent').map(([, value]) => value),
    author: parseSignature(one('author')),
    committer: parseSignature(one('committer')),
    message,
  };
}

export function parseTag({ sha, content }: GitObject): Tag {
  const { headers, message } = split(content);
  const one = (name: string) => headers.find(([key]) => key === name)?.[1] ?? '';
  return {
    sha,
    tag: one('tag'),
    object: { sha: one('object'), type: one('type') },
    tagger: parseSignature(one('tagger')),
    message,
  };
}

function split(content: Buffer): { headers: [string, string][]; message: string } {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers: [string, string][] = [];
  for (const line of text.slice(0, end).split('\n')) {
    const gap = line.indexOf(' ');
    if (gap > 0) headers.push([line.slice(0, gap), line.slice(gap + 1)]);
  }
  return { headers, message: text.slice(end + 2).replace(/\n$/, '') };
}

function parseSignature(text: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<([^>]*)> (\d+)/.exec(text) ?? [];
  return { name, email, date: isoSeconds(new Date(Number(seconds) * 1000)) };
}

/** GitHub's times carry no fractions of a second. */
export function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
