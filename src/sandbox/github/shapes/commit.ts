import type { FileChange } from '../git/diff.ts';
import type { Commit, Signature } from '../git/objects.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { objectUrl, UNSIGNED } from './git-objects.ts';
import { nodeId } from './node-id.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import { userShape } from './user.ts';

export function commitUrl(world: World, repository: Repository, sha: string): string {
  return `${repositoryUrl(world, repository)}/commits/${sha}`;
}

export function commitShape(world: World, repository: Repository, commit: Commit) {
  const { sha, author, committer, message, tree } = commit;
  const url = commitUrl(world, repository, sha);
  return {
    sha,
    node_id: nodeId('C', repository.record.id, sha),
    commit: {
      author,
      committer,
      message,
      tree: { sha: tree, url: objectUrl(world, repository, 'tree', tree) },
      url: objectUrl(world, repository, 'commit', sha),
      comment_count: 0,
      verification: UNSIGNED,
    },
    url,
    html_url: `${repositoryPage(world, repository)}/commit/${sha}`,
    comments_url: `${url}/comments`,
    author: knownPerson(world, author),
    committer: knownPerson(world, committer),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: commitUrl(world, repository, parent),
      html_url: `${repositoryPage(world, repository)}/commit/${parent}`,
    })),
  };
}

/** null where nobody here has the address. */
function knownPerson(world: World, { email }: Signature) {
  const account = world.people.byEmail(email);
  return account ? userShape(world, account.login) : null;
}

export function fileShape(world: World, repository: Repository, change: FileChange, head: string) {
  const path = change.path.split('/').map(encodeURIComponent).join('/');
  const page = repositoryPage(world, repository);
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${page}/blob/${head}/${path}`,
    raw_url: `${page}/raw/${head}/${path}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${path}?ref=${head}`,
    ...(change.patch === undefined ? {} : { patch: change.patch }),
    ...(change.previousPath === undefined ? {} : { previous_filename: change.previousPath }),
  };
}
