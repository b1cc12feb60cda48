import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { NewRepository } from '../../../src/sandbox/github/new-repository.ts';
import { type Rest, refused } from './scene.ts';
import { commitFile, git, TestGithub } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const world = new TestGithub();
let rita: Rest;
let tom: Rest;
let uma: Rest;

beforeAll(async () => {
  await world.start();
  rita = world.as('token-rita').rest;
  tom = world.as('token-tom').rest;
  uma = world.as('token-uma').rest;
});

afterAll(() => world.stop());

let name = 'none';
let clone: string;
let at: { owner: string; repo: string };

/** Each test has a repository of its own. */
beforeEach(({ task }) => {
  name = `r${task.id.replace(/\W/g, '')}`;
  at = { owner: 'acme', repo: name };
});

async function open(
  rule: object | undefined,
  file = 'one.txt',
  more: Partial<NewRepository> = {},
): Promise<{ number: number; head: string }> {
  await world.createSample({ name, ...more, ...(rule ? { rules: [{ branch: 'main', approvals: 0, ...rule }] } : {}) });
  clone = await world.clone(name, 'token-rita', name);
  const head = await commitFile(clone, 'topic', file, 'one');
  await git(clone, 'push', '-q', 'origin', 'topic');
  const { data } = await rita.pulls.create({ ...at, head: 'topic', base: 'main', title: 'Topic', body: '' });
  return { number: data.number, head };
}

const pull = async (number: number) => (await rita.pulls.get({ ...at, pull_number: number })).data;
const approve = (who: Rest, number: number) => who.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });

test('a branch that wants an approval takes none of the author, and none of who may not write', async () => {
  const { number } = await open({ approvals: 1 });
  await refused(422, approve(rita, number));
  await refused(403, approve(uma, number));
  expect((await pull(number)).mergeable_state).toBe('blocked');
  await approve(tom, number);
  expect((await pull(number)).mergeable_state).toBe('clean');
  await tom.pulls.createReview({ ...at, pull_number: number, event: 'REQUEST_CHANGES', body: 'Wait' });
  expect((await pull(number)).mergeable_state).toBe('blocked');
});

test('who may only read the repository may approve, but it does not count', async () => {
  const { number } = await open({ approvals: 1 }, 'one.txt', { collaborators: { rita: 'admin', tom: 'read' } });
  await approve(tom, number);
  expect((await pull(number)).mergeable_state).toBe('blocked');
  await refused(405, rita.pulls.merge({ ...at, pull_number: number }));
});

test('a push moves the head, and voids approvals only where the branch says so', async () => {
  const { number } = await open({ approvals: 1, dismissStaleReviews: true });
  await approve(tom, number);
  const head = await commitFile(clone, 'topic', 'two.txt', 'two');
  await git(clone, 'push', '-q', 'origin', 'topic');
  expect((await pull(number)).head.sha).toBe(head);
  const { data: reviews } = await rita.pulls.listReviews({ ...at, pull_number: number });
  expect(reviews.map(({ state }) => state)).toEqual(['DISMISSED']);
  await refused(405, rita.pulls.merge({ ...at, pull_number: number }));
});

test('an approval of an older commit keeps counting unless the last push must be approved', async () => {
  const { number } = await open({ approvals: 1 });
  await approve(tom, number);
  await commitFile(clone, 'topic', 'two.txt', 'two');
  await git(clone, 'push', '-q', 'origin', 'topic');
  expect((await pull(number)).mergeable_state).toBe('clean');
  world.github.changeRules('acme', name, [{ branch: 'main', approvals: 1, requireLastPushApproval: true }]);
  expect((await pull(number)).mergeable_state).toBe('blocked');
});

test('a required check holds the merge until it has passed, an optional one does not', async () => {
  const { number, head } = await open({ checks: ['tests'] });
  await rita.repos.createCommitStatus({ ...at, sha: head, state: 'failure', context: 'lint' });
  expect((await pull(number)).mergeable_state).toBe('blocked');
  await rita.repos.createCommitStatus({ ...at, sha: head, state: 'success', context: 'tests' });
  expect((await pull(number)).mergeable_state).toBe('unstable');
  await rita.pulls.merge({ ...at, pull_number: number });
});

test('two branches that contradict are not merged', async () => {
  const { number } = await open(undefined, 'README.md');
  await git(clone, 'checkout', '-q', 'main');
  await commitFile(clone, 'main', 'README.md', 'another');
  await git(clone, 'push', '-q', 'origin', 'main');
  expect(await pull(number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
  await refused(405, rita.pulls.merge({ ...at, pull_number: number }));
});

test('merged, squashed or rebased, the base branch really moves', async () => {
  const { number, head } = await open(undefined);
  const { data: merged } = await rita.pulls.merge({ ...at, pull_number: number, sha: head });
  await git(clone, 'fetch', '-q');
  expect((await git(clone, 'log', '-1', '--format=%P', merged.sha)).split(' ')[1]).toBe(head);
  expect(await pull(number)).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: merged.sha });

  for (const [merge_method, parents] of [
    ['squash', 1],
    ['rebase', 1],
  ] as const) {
    await git(clone, 'checkout', '-q', '-B', merge_method, 'origin/main');
    await commitFile(clone, merge_method, `${merge_method}-a`, 'a');
    await commitFile(clone, merge_method, `${merge_method}-b`, 'b');
    await git(clone, 'push', '-q', 'origin', merge_method);
    const { data } = await tom.pulls.create({ ...at, head: merge_method, base: 'main', title: `By ${merge_method}` });
    const { data: done } = await rita.pulls.merge({ ...at, pull_number: data.number, merge_method });
    await git(clone, 'fetch', '-q');
    expect(await git(clone, 'rev-parse', 'origin/main')).toBe(done.sha);
    expect((await git(clone, 'log', '-1', '--format=%P', done.sha)).split(' ')).toHaveLength(parents);
    expect(await git(clone, 'ls-tree', '--name-only', done.sha)).toContain(`${merge_method}-b`);
  }
  const first = await git(clone, 'rev-parse', 'origin/main~1');
  const { data: brought } = await rita.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: first });
  expect(brought.map((each) => each.title)).toEqual(['By rebase']);
  expect(await git(clone, 'log', '-3', '--format=%s', 'origin/main')).toBe(
    'feat: rebase-b\nfeat: rebase-a\nBy squash (#2)',
  );
});

test('a pull request ends with its branch, and counts as merged when its commits come in another way', async () => {
  const { number } = await open(undefined);
  await git(clone, 'push', '-q', 'origin', ':topic');
  expect(await pull(number)).toMatchObject({ state: 'closed', merged: false });

  const head = await commitFile(clone, 'direct', 'three.txt', 'three');
  await git(clone, 'push', '-q', 'origin', 'direct');
  const { data: direct } = await rita.pulls.create({ ...at, head: 'direct', base: 'main', title: 'Direct' });
  await git(clone, 'push', '-q', 'origin', 'direct:main');
  expect(await pull(direct.number)).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: head });
});

test('before a merge the trial merge stands under refs/pull, where no push reaches it', async () => {
  const { number, head } = await open(undefined);
  const { merge_commit_sha: trial, merged } = await pull(number);
  expect(merged).toBe(false);
  const refs = await git(clone, 'ls-remote', 'origin', 'refs/pull/*');
  expect(refs.split('\n').sort()).toEqual([`${head}\trefs/pull/1/head`, `${trial}\trefs/pull/1/merge`].sort());
  await expect(git(clone, 'push', 'origin', 'HEAD:refs/pull/1/head')).rejects.toThrow('hidden ref');
});
