import { refused, repo, type Scene } from './scene.ts';

/** Repository, branches, references, git objects, commits, statuses and check runs. */
export async function driveCode({ rita, uma, ci, nobody, stranger, main }: Scene): Promise<void> {
  await rita.users.getAuthenticated();
  await refused(401, nobody.users.getAuthenticated());
  await refused(401, stranger.repos.get(repo));
  await refused(403, ci.users.getAuthenticated());
  await rita.users.getByUsername({ username: 'tom' });
  await refused(404, rita.users.getByUsername({ username: 'nobody' }));
  await rita.rateLimit.get();
  const { headers } = await rita.repos.get(repo);
  await refused(304, rita.repos.get({ ...repo, headers: { 'if-none-match': headers.etag! } }));
  await uma.repos.get(repo);
  await nobody.repos.get(repo);
  await refused(404, rita.repos.get({ ...repo, repo: 'other' }));
  await rita.repos.listCollaborators(repo);
  await rita.repos.checkCollaborator({ ...repo, username: 'tom' });
  await refused(404, rita.repos.checkCollaborator({ ...repo, username: 'nobody' }));
  await rita.repos.getCollaboratorPermissionLevel({ ...repo, username: 'tom' });
  await refused(404, rita.repos.getCollaboratorPermissionLevel({ ...repo, username: 'nobody' }));

  await driveBranches({ rita, uma });
  await driveRefs({ rita, uma, main });
  await driveObjects({ rita, main });
  await driveCommits({ rita, main });
  await driveChecks({ rita, ci, main });
}

async function driveBranches({ rita, uma }: Pick<Scene, 'rita' | 'uma'>): Promise<void> {
  await rita.repos.listBranches({ ...repo, protected: true });
  await rita.repos.getBranch({ ...repo, branch: 'main' });
  await refused(404, rita.repos.getBranch({ ...repo, branch: 'nowhere' }));
  await rita.repos.getBranchRules({ ...repo, branch: 'main' });
  await rita.repos.getBranchRules({ ...repo, branch: 'develop' });
  await refused(404, rita.repos.getBranchProtection({ ...repo, branch: 'main' }));
  const reviews = { required_approving_review_count: 1, dismiss_stale_reviews: true };
  const protection = {
    ...repo,
    branch: 'develop',
    required_status_checks: { strict: true, contexts: ['tests'] },
    enforce_admins: true,
    required_pull_request_reviews: reviews,
    restrictions: null,
  };
  await refused(403, uma.repos.updateBranchProtection(protection));
  await rita.repos.updateBranchProtection(protection);
  await rita.repos.getBranchProtection({ ...repo, branch: 'develop' });
  await rita.repos.getBranch({ ...repo, branch: 'develop' });
  await rita.repos.deleteBranchProtection({ ...repo, branch: 'develop' });
}

async function driveRefs({ rita, uma, main }: Pick<Scene, 'rita' | 'uma' | 'main'>): Promise<void> {
  const ref = 'refs/heads/release/v0.1.0';
  await rita.git.createRef({ ...repo, ref, sha: main });
  await refused(422, rita.git.createRef({ ...repo, ref, sha: main }));
  await refused(422, rita.git.createRef({ ...repo, ref: 'release', sha: main }));
  await refused(422, rita.git.createRef({ ...repo, ref: 'refs/heads/x', sha: '0'.repeat(40) }));
  await refused(403, uma.git.createRef({ ...repo, ref: 'refs/heads/x', sha: main }));
  await rita.git.getRef({ ...repo, ref: 'heads/release/v0.1.0' });
  await refused(404, rita.git.getRef({ ...repo, ref: 'heads/release' }));
  await rita.git.listMatchingRefs({ ...repo, ref: 'heads/rel' });
  await rita.git.updateRef({ ...repo, ref: 'heads/release/v0.1.0', sha: main });
  await refused(422, rita.git.updateRef({ ...repo, ref: 'heads/none', sha: main }));
  await refused(422, rita.git.deleteRef({ ...repo, ref: 'heads/none' }));
  await refused(422, rita.git.deleteRef({ ...repo, ref: 'heads/main' }));
  await rita.git.deleteRef({ ...repo, ref: 'heads/release/v0.1.0' });
}

async function driveObjects({ rita, main }: Pick<Scene, 'rita' | 'main'>): Promise<void> {
  const { data: blob } = await rita.git.createBlob({ ...repo, content: 'print(1)\n' });
  await rita.git.getBlob({ ...repo, file_sha: blob.sha });
  await refused(404, rita.git.getBlob({ ...repo, file_sha: main }));
  const entry = { path: 'src/one.py', mode: '100644' as const, type: 'blob' as const, sha: blob.sha };
  const { data: tree } = await rita.git.createTree({ ...repo, base_tree: `${await treeOf(main)}`, tree: [entry] });
  await rita.git.getTree({ ...repo, tree_sha: tree.sha, recursive: '1' });
  await refused(404, rita.git.getTree({ ...repo, tree_sha: '0'.repeat(40) }));
  const { data: commit } = await rita.git.createCommit({
    ...repo,
    message: 'feat: one',
    tree: tree.sha,
    parents: [main],
  });
  await refused(422, rita.git.createCommit({ ...repo, message: 'x', tree: main, parents: [] }));
  await rita.git.getCommit({ ...repo, commit_sha: commit.sha });
  await refused(404, rita.git.getCommit({ ...repo, commit_sha: tree.sha }));
  const object = { object: commit.sha, type: 'commit' as const };
  const { data: tag } = await rita.git.createTag({ ...repo, tag: 'v0.1.0', message: 'v0.1.0', ...object });
  await rita.git.createRef({ ...repo, ref: 'refs/tags/v0.1.0', sha: tag.sha });
  await rita.git.getTag({ ...repo, tag_sha: tag.sha });
  await refused(404, rita.git.getTag({ ...repo, tag_sha: main }));
  await rita.git.createRef({ ...repo, ref: 'refs/heads/feature', sha: commit.sha });

  async function treeOf(sha: string): Promise<string> {
    return (await rita.git.getCommit({ ...repo, commit_sha: sha })).data.tree.sha;
  }
}

async function driveCommits({ rita, main }: Pick<Scene, 'rita' | 'main'>): Promise<void> {
  await rita.repos.listCommits({ ...repo, sha: 'feature' });
  await refused(404, rita.repos.listCommits({ ...repo, sha: 'nowhere' }));
  await rita.repos.getCommit({ ...repo, ref: 'feature' });
  await rita.repos.getCommit({ ...repo, ref: main });
  await refused(422, rita.repos.getCommit({ ...repo, ref: 'nowhere' }));
  for (const basehead of ['main...feature', 'feature...main', 'main...main']) {
    await rita.repos.compareCommitsWithBasehead({ ...repo, basehead });
  }
  await refused(404, rita.repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...nowhere' }));
  await rita.repos.listTags(repo);
  await rita.repos.getContent({ ...repo, path: 'README.md' });
  await rita.repos.getContent({ ...repo, path: 'src', ref: 'feature' });
  await refused(404, rita.repos.getContent({ ...repo, path: 'none' }));
  const request = { redirect: 'manual' as const };
  await rita.repos.downloadTarballArchive({ ...repo, ref: 'v0.1.0', request });
  await rita.repos.downloadZipballArchive({ ...repo, ref: 'v0.1.0', request });
}

async function driveChecks({ rita, ci, main }: Pick<Scene, 'rita' | 'ci' | 'main'>): Promise<void> {
  await rita.repos.getCombinedStatusForRef({ ...repo, ref: 'main' });
  await rita.repos.createCommitStatus({ ...repo, sha: main, state: 'success', context: 'lint', description: 'fine' });
  await refused(422, rita.repos.createCommitStatus({ ...repo, sha: main, state: 'green' as 'success' }));
  await rita.repos.getCombinedStatusForRef({ ...repo, ref: main });
  await rita.repos.listCommitStatusesForRef({ ...repo, ref: main });
  await rita.checks.listForRef({ ...repo, ref: main });
  await refused(403, rita.checks.create({ ...repo, name: 'tests', head_sha: main }));
  const { data: run } = await ci.checks.create({ ...repo, name: 'tests', head_sha: main, status: 'in_progress' });
  const output = { title: '8 tests', summary: 'all passed' };
  await ci.checks.update({ ...repo, check_run_id: Number(run.id), conclusion: 'success', output });
  await rita.checks.get({ ...repo, check_run_id: Number(run.id) });
  await rita.checks.listForRef({ ...repo, ref: 'main' });
  await rita.checks.listSuitesForRef({ ...repo, ref: 'main' });
  await rita.checks.getSuite({ ...repo, check_suite_id: Number(run.check_suite!.id) });
  await rita.checks.listForSuite({ ...repo, check_suite_id: Number(run.check_suite!.id) });
  await refused(404, rita.checks.get({ ...repo, check_run_id: 1 }));
}
