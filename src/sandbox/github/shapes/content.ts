import type { Entry } from '../git/write-objects.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { objectUrl } from './git-objects.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

export function contentShape(world: World, repository: Repository, entry: Entry, ref: string) {
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const page = repositoryPage(world, repository);
  const folder = entry.type === 'tree';
  const url = `${repositoryUrl(world, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = objectUrl(world, repository, entry.type, entry.sha);
  const html = `${page}/${folder ? 'tree' : 'blob'}/${ref}/${path}`;
  return {
    name: entry.path.split('/').at(-1)!,
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: gitUrl,
    download_url: folder ? null : `${page}/raw/${ref}/${path}`,
    type: folder ? 'dir' : 'file',
    _links: { self: url, git: gitUrl, html },
  };
}
