import { refused, repo, type Scene } from './scene.ts';

/** Pull requests, reviews, issues, labels, milestones and search. */
export async function driveWork(scene: Scene): Promise<void> {
  await drivePulls(scene);
  await driveReviews(scene);
  await driveLabelsAndMilestones(scene);
  await driveIssues(scene);
}

async function drivePulls({ rita, uma, nobody }: Scene): Promise<void> {
  const wish = { ...repo, head: 'feature', base: 'main', title: 'feat: one', body: 'One more' };
  await refused(403, uma.pulls.create(wish));
  await refused(401, nobody.pulls.create(wish));
  await refused(422, rita.pulls.create({ ...wish, head: 'nowhere' }));
  await refused(422, rita.pulls.create({ ...wish, base: 'nowhere' }));
  await refused(422, rita.pulls.create({ ...wish, head: 'develop' }));
  await rita.pulls.create(wish);
  await refused(422, rita.pulls.create(wish));
  await rita.pulls.get({ ...repo, pull_number: 1 });
  await refused(404, rita.pulls.get({ ...repo, pull_number: 99 }));
  await rita.pulls.list({ ...repo, head: 'acme:feature', state: 'all' });
  await rita.pulls.update({ ...repo, pull_number: 1, title: 'feat: number one' });
  await refused(422, rita.pulls.update({ ...repo, pull_number: 1, base: 'nowhere' }));
  await rita.pulls.listFiles({ ...repo, pull_number: 1 });
  await rita.pulls.listCommits({ ...repo, pull_number: 1 });
  await rita.pulls.requestReviewers({ ...repo, pull_number: 1, reviewers: ['tom'] });
  await refused(422, rita.pulls.requestReviewers({ ...repo, pull_number: 1, reviewers: ['nobody'] }));
  await rita.pulls.listRequestedReviewers({ ...repo, pull_number: 1 });
}

async function driveReviews({ rita, tom, ci, main }: Scene): Promise<void> {
  const pull = { ...repo, pull_number: 1 };
  const head = (await rita.pulls.get(pull)).data.head.sha;
  await refused(422, rita.pulls.createReview({ ...pull, event: 'APPROVE' }));
  await refused(422, tom.pulls.createReview({ ...pull, event: 'REQUEST_CHANGES' }));
  const { data: pending } = await tom.pulls.createReview({ ...pull, body: 'Looking' });
  await tom.pulls.updateReview({ ...pull, review_id: Number(pending.id), body: 'Looked' });
  await tom.pulls.deletePendingReview({ ...pull, review_id: Number(pending.id) });
  const { data: again } = await tom.pulls.createReview(pull);
  await tom.pulls.submitReview({ ...pull, review_id: Number(again.id), event: 'APPROVE', body: 'Good' });
  await refused(422, tom.pulls.deletePendingReview({ ...pull, review_id: Number(again.id) }));
  await tom.pulls.getReview({ ...pull, review_id: Number(again.id) });
  await refused(404, tom.pulls.getReview({ ...pull, review_id: 1 }));
  await rita.pulls.dismissReview({ ...pull, review_id: Number(again.id), message: 'Not yet' });
  await refused(422, rita.pulls.dismissReview({ ...pull, review_id: Number(again.id), message: 'Twice' }));
  await refused(405, rita.pulls.merge({ ...pull, sha: head }));
  await tom.pulls.createReview({ ...pull, event: 'APPROVE', commit_id: head });
  await rita.pulls.listReviews(pull);

  await refused(404, rita.pulls.checkIfMerged(pull));
  await refused(409, rita.pulls.merge({ ...pull, sha: main }));
  await ci.checks.create({ ...repo, name: 'tests', head_sha: head, conclusion: 'success' });
  await rita.pulls.get(pull);
  const { data: merged } = await rita.pulls.merge({ ...pull, sha: head, commit_title: 'Merge one' });
  await refused(405, rita.pulls.merge({ ...pull, sha: head }));
  await rita.pulls.checkIfMerged(pull);
  await rita.pulls.get(pull);
  await rita.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: head });
  await rita.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: merged.sha });
}

async function driveLabelsAndMilestones({ rita, uma }: Scene): Promise<void> {
  await rita.issues.createLabel({ ...repo, name: 'release', color: '00ff00', description: 'Part of a release' });
  await refused(422, rita.issues.createLabel({ ...repo, name: 'Release' }));
  await rita.issues.getLabel({ ...repo, name: 'release' });
  await refused(404, rita.issues.getLabel({ ...repo, name: 'none' }));
  await rita.issues.updateLabel({ ...repo, name: 'release', new_name: 'releases' });
  await rita.issues.listLabelsForRepo(repo);

  await rita.issues.createMilestone({ ...repo, title: 'v1.0.0', due_on: '2026-12-24T12:00:00Z' });
  await refused(422, rita.issues.createMilestone({ ...repo, title: 'v1.0.0' }));
  await refused(403, uma.issues.createMilestone({ ...repo, title: 'v1.1.0' }));
  await rita.issues.listMilestones({ ...repo, state: 'all' });
  await rita.issues.getMilestone({ ...repo, milestone_number: 1 });
  await refused(404, rita.issues.getMilestone({ ...repo, milestone_number: 9 }));
  await rita.issues.updateMilestone({ ...repo, milestone_number: 1, state: 'closed' });
  await rita.issues.createMilestone({ ...repo, title: 'v2.0.0' });
  await rita.issues.deleteMilestone({ ...repo, milestone_number: 2 });
}

async function driveIssues({ rita, nobody }: Scene): Promise<void> {
  const text = { title: 'URGENT: v1.0.0 Issue', body: '<!-- slipway:release:sample:1.0.0 -->' };
  await refused(401, nobody.issues.create({ ...repo, ...text }));
  const { data: issue } = await rita.issues.create({
    ...repo,
    ...text,
    labels: ['bug'],
    milestone: 1,
    assignees: ['tom'],
  });
  await refused(422, rita.issues.create({ ...repo, ...text, milestone: 7 }));
  const at = { ...repo, issue_number: issue.number };
  await rita.issues.get(at);
  await refused(404, rita.issues.get({ ...repo, issue_number: 99 }));
  await rita.issues.listForRepo({ ...repo, state: 'all', labels: 'bug' });
  await rita.issues.listForRepo({ ...repo, state: 'all' });
  await rita.issues.addLabels({ ...at, labels: ['urgent'] });
  await rita.issues.setLabels({ ...at, labels: ['bug', 'releases'] });
  await rita.issues.listLabelsOnIssue(at);
  await rita.issues.removeLabel({ ...at, name: 'bug' });
  await refused(404, rita.issues.removeLabel({ ...at, name: 'bug' }));
  await rita.issues.removeAllLabels(at);
  await rita.issues.deleteLabel({ ...repo, name: 'releases' });
  const { data: comment } = await rita.issues.createComment({ ...at, body: 'Looking into it' });
  const comment_id = Number(comment.id);
  await rita.issues.listComments(at);
  await rita.issues.getComment({ ...repo, comment_id });
  await rita.issues.updateComment({ ...repo, comment_id, body: 'Found it' });
  await rita.issues.deleteComment({ ...repo, comment_id });
  await refused(404, rita.issues.getComment({ ...repo, comment_id }));
  await rita.issues.update({ ...at, state: 'closed', state_reason: 'completed' });
  await rita.search.issuesAndPullRequests({ q: 'repo:acme/sample is:issue "slipway:release:sample:1.0.0" in:body' });
  await rita.search.issuesAndPullRequests({ q: 'repo:acme/sample is:pr' });
  await refused(422, rita.search.issuesAndPullRequests({ q: ' ' }));
}
