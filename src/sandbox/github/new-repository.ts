import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Git } from './git/command.ts';
import { importFrom } from './git/import.ts';
import { isoSeconds } from './git/objects.ts';
import { UPDATE_HOOK } from './git/update-hook.ts';
import type { Scope } from './people.ts';
import type { BranchRule, MergeMethod, RepositoryRecord } from './record.ts';
import type { Repositories } from './repositories.ts';
import { gitFolder, type Repository } from './repository.ts';

/** What is not said: a ruleset, one approval, nothing else. */
export type RuleWish = { branch: string } & Partial<BranchRule>;

export interface NewRepository {
  owner: string;
  name: string;
  /** A git repository to take all branches and tags from, or a folder whose files are a first commit. */
  from?: string;
  defaultBranch?: string;
  private?: boolean;
  description?: string;
  /** Who may do what; without it everyone may do what their tokens may. */
  collaborators?: Record<string, Scope>;
  rules?: readonly RuleWish[];
  mergeMethods?: MergeMethod[];
  deleteBranchOnMerge?: boolean;
  immutableReleases?: boolean;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Makes a repository on the disk; one that is there already is taken as it is. */
export async function createRepository(repositories: Repositories, wish: NewRepository): Promise<Repository> {
  const { owner, name } = wish;
  if (!NAME.test(owner) || !NAME.test(name) || name.endsWith('.git'))
    throw new Error(`no repository name: ${owner}/${name}`);
  const known = repositories.find(owner, name);
  if (known) return known;
  const folder = repositories.folder(owner, name);
  const git = new Git(gitFolder(folder));
  mkdirSync(folder, { recursive: true });
  await git.text(['init', '--bare', '--quiet', git.path]);
  const imported = wish.from === undefined ? undefined : await importFrom(git, wish.from, wish.defaultBranch);
  await prepare(git);
  const defaultBranch = imported ?? wish.defaultBranch ?? 'main';
  await git.text(['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`]);
  const repository = repositories.add(blankRecord(wish, defaultBranch, repositories.all().length));
  repository.save();
  return repository;
}

async function prepare(git: Git): Promise<void> {
  const settings = {
    'http.receivepack': 'true',
    'uploadpack.allowFilter': 'true',
    'uploadpack.allowAnySHA1InWant': 'true',
    'receive.hideRefs': 'refs/pull',
    'receive.advertisePushOptions': 'true',
    'core.logAllRefUpdates': 'false',
    'gc.auto': '0',
  };
  for (const [name, value] of Object.entries(settings)) await git.text(['config', name, value]);
  const hook = join(git.path, 'hooks', 'update');
  mkdirSync(join(git.path, 'hooks'), { recursive: true });
  writeFileSync(hook, UPDATE_HOOK);
  chmodSync(hook, 0o755);
}

function blankRecord(wish: NewRepository, defaultBranch: string, others: number): RepositoryRecord {
  const id = 1000 + others;
  const now = isoSeconds(new Date());
  return {
    id,
    owner: wish.owner,
    name: wish.name,
    private: wish.private ?? false,
    description: wish.description ?? null,
    defaultBranch,
    createdAt: now,
    pushedAt: now,
    nextId: id * 1_000_000,
    nextNumber: 1,
    collaborators: wish.collaborators ?? null,
    mergeMethods: wish.mergeMethods ?? ['merge', 'squash', 'rebase'],
    deleteBranchOnMerge: wish.deleteBranchOnMerge ?? false,
    rules: (wish.rules ?? []).map(wholeRule),
    immutableReleases: wish.immutableReleases ?? false,
    lockedTags: [],
    latestRelease: null,
    issues: [],
    releases: [],
    labels: [],
    milestones: [],
    statuses: [],
    checkRuns: [],
    hooks: [],
  };
}

export function wholeRule(rule: RuleWish): BranchRule {
  const defaults = {
    kind: 'ruleset' as const,
    pullRequest: true,
    approvals: 1,
    dismissStaleReviews: false,
    requireLastPushApproval: false,
    checks: [],
    strictChecks: false,
    mergeMethods: ['merge', 'squash', 'rebase'] as MergeMethod[],
  };
  return { ...defaults, ...rule };
}
