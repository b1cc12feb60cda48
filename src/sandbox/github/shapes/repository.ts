import { atLeast, type Scope } from '../people.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';
import { userShape } from './user.ts';

export function repositoryUrl(world: World, { fullName }: Repository): string {
  return `${world.api}/repos/${fullName}`;
}

export function repositoryPage(world: World, { fullName }: Repository): string {
  return `${world.html}/${fullName}`;
}

export function permissionsShape(scope: Scope | undefined) {
  const admin = atLeast(scope, 'admin');
  const push = atLeast(scope, 'write');
  return { admin, maintain: admin, push, triage: push, pull: scope !== undefined };
}

export function minimalRepositoryShape(world: World, repository: Repository) {
  const { record } = repository;
  const url = repositoryUrl(world, repository);
  return {
    id: record.id,
    node_id: nodeId('R', record.id),
    name: record.name,
    full_name: repository.fullName,
    private: record.private,
    owner: userShape(world, record.owner),
    html_url: repositoryPage(world, repository),
    description: record.description,
    fork: false,
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
  };
}

/** A repository as it stands inside other answers. */
export function repositoryShape(world: World, repository: Repository) {
  const { record } = repository;
  const page = repositoryPage(world, repository);
  const open = record.issues.filter((issue) => issue.state === 'open').length;
  return {
    ...minimalRepositoryShape(world, repository),
    created_at: record.createdAt,
    updated_at: record.pushedAt,
    pushed_at: record.pushedAt,
    git_url: `${page.replace(/^https?:/, 'git:')}.git`,
    ssh_url: `git@${new URL(page).hostname}:${repository.fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: record.private ? 'private' : 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: record.defaultBranch,
  };
}

/** The answer of `GET /repos/{owner}/{repo}`; what concerns merging is shown to those who may push. */
export function fullRepositoryShape(world: World, repository: Repository, scope: Scope | undefined) {
  const { mergeMethods, deleteBranchOnMerge } = repository.record;
  const settings = {
    allow_squash_merge: mergeMethods.includes('squash'),
    allow_merge_commit: mergeMethods.includes('merge'),
    allow_rebase_merge: mergeMethods.includes('rebase'),
    allow_auto_merge: false,
    allow_update_branch: false,
    delete_branch_on_merge: deleteBranchOnMerge,
  };
  return {
    ...repositoryShape(world, repository),
    permissions: permissionsShape(scope),
    ...(atLeast(scope, 'write') ? settings : {}),
    network_count: 0,
    subscribers_count: 0,
  };
}
