import type { GitObject } from '../git/object-reader.ts';
import type { Commit, Tag } from '../git/objects.ts';
import type { Ref } from '../git/refs.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

const FOLDERS: Record<string, string> = { commit: 'commits', tag: 'tags', tree: 'trees', blob: 'blobs' };

/** Nothing in the sandbox is signed. */
export const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

export function objectUrl(world: World, repository: Repository, type: string, sha: string): string {
  return `${repositoryUrl(world, repository)}/git/${FOLDERS[type] ?? 'blobs'}/${sha}`;
}

export function refShape(world: World, repository: Repository, { name, sha, type }: Ref) {
  return {
    ref: name,
    node_id: nodeId('REF', repository.record.id, name),
    url: `${repositoryUrl(world, repository)}/git/${name}`,
    object: { sha, type, url: objectUrl(world, repository, type, sha) },
  };
}

export function gitCommitShape(world: World, repository: Repository, commit: Commit) {
  return {
    sha: commit.sha,
    node_id: nodeId('C', repository.record.id, commit.sha),
    url: objectUrl(world, repository, 'commit', commit.sha),
    html_url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: objectUrl(world, repository, 'tree', commit.tree) },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: objectUrl(world, repository, 'commit', sha),
      html_url: `${repositoryPage(world, repository)}/commit/${sha}`,
    })),
    verification: UNSIGNED,
  };
}

export function gitTagShape(world: World, repository: Repository, tag: Tag) {
  const { sha, type } = tag.object;
  return {
    node_id: nodeId('TA', repository.record.id, tag.sha),
    sha: tag.sha,
    url: objectUrl(world, repository, 'tag', tag.sha),
    tagger: tag.tagger,
    object: { sha, type, url: objectUrl(world, repository, type, sha) },
    tag: tag.tag,
    message: tag.message,
    verification: UNSIGNED,
  };
}

export interface TreeEntry {
  path: string;
  mode: string;
  type: string;
  sha: string;
  size?: number;
}

export function treeShape(world: World, repository: Repository, sha: string, entries: readonly TreeEntry[]) {
  return {
    sha,
    url: objectUrl(world, repository, 'tree', sha),
    tree: entries.map((entry) => ({ ...entry, url: objectUrl(world, repository, entry.type, entry.sha) })),
    truncated: false,
  };
}

export function blobShape(world: World, repository: Repository, { sha, content }: GitObject) {
  return {
    sha,
    node_id: nodeId('B', repository.record.id, sha),
    size: content.length,
    url: objectUrl(world, repository, 'blob', sha),
    content: base64Lines(content),
    encoding: 'base64',
  };
}

/** GitHub breaks base64 after 60 characters. */
export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{1,60}/g, '$&\n');
}
