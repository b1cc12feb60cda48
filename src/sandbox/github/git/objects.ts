import type { Git } from './command.ts';
import type { GitObject } from './object-reader.ts';

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

export async function readCommits(git: Git, shas: readonly string[]): Promise<Commit[]> {
  const objects = await Promise.all(shas.map((sha) => git.object(sha)));
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
