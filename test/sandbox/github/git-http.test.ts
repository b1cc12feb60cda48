import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { repo } from './scene.ts';
import { commitFile, git, TestGithub } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const world = new TestGithub();
let clone: string;

beforeAll(async () => {
  await world.start();
  await world.createSample({ rules: [{ branch: 'main' }, { branch: 'develop', pullRequest: false }] });
  await world.github.createRepository({
    owner: 'acme',
    name: 'secret',
    private: true,
    collaborators: { tom: 'write' },
  });
  clone = await world.clone('tom', 'token-tom');
});

afterEach(() => world.journal.clearFaults());
afterAll(() => world.stop());

const pushes = () => world.journal.changes().map(({ target, digest }) => `${target} ${digest}`);
const remote = async (ref: string) => (await git(clone, 'ls-remote', 'origin', ref)).split('\t')[0];
const answers = async (path: string, token?: string) => {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  return (await fetch(`${world.github.url}/${path}`, { headers })).status;
};

test('a public repository is read by anyone, and pushed to with a token that may write', async () => {
  const read = 'acme/sample.git/info/refs?service=git-upload-pack';
  const write = 'acme/sample.git/info/refs?service=git-receive-pack';
  expect(await answers(read)).toBe(200);
  expect(await answers(read, 'no-such-token')).toBe(401);
  expect(await answers(write)).toBe(401);
  expect(await answers(write, 'token-uma')).toBe(403);
  expect(await answers(write, 'token-tom')).toBe(200);
});

test('a private repository is not there for those who may not see it', async () => {
  const read = 'acme/secret.git/info/refs?service=git-upload-pack';
  expect(await answers(read)).toBe(401);
  expect(await answers(read, 'token-rita')).toBe(404);
  expect(await answers(read, 'token-tom')).toBe(200);
  expect(await answers('acme/secret')).toBe(404);
  await expect(world.as('token-rita').rest.repos.get({ ...repo, repo: 'secret' })).rejects.toMatchObject({
    status: 404,
  });
});

test('a push is one change for each branch and tag that it moves, and none where all is up to date', async () => {
  const before = pushes().length;
  const sha = await commitFile(clone, 'release/v1.0.0', 'one.txt', 'one');
  await git(clone, 'tag', '-f', 'v1.0.0');
  await git(clone, 'push', '-q', '--atomic', 'origin', 'release/v1.0.0', 'refs/tags/v1.0.0');
  await git(clone, 'push', '-q', '--atomic', 'origin', 'release/v1.0.0', 'refs/tags/v1.0.0');

  expect(pushes().slice(before)).toEqual([
    `acme/sample refs/heads/release/v1.0.0 ${sha}`,
    `acme/sample refs/tags/v1.0.0 ${sha}`,
  ]);
});

test('a push that expects another value is refused, and is no change', async () => {
  const before = pushes().length;
  await commitFile(clone, 'other', 'two.txt', 'two');
  const lease = '--force-with-lease=refs/heads/release/v1.0.0:';
  await expect(git(clone, 'push', lease, 'origin', 'HEAD:refs/heads/release/v1.0.0')).rejects.toThrow(
    /stale info|rejected/,
  );
  expect(pushes().slice(before)).toEqual([]);
});

test('a branch that wants reviews is not pushed to, and no protected branch is forced or deleted', async () => {
  const before = pushes().length;
  const main = await remote('refs/heads/main');
  await git(clone, 'checkout', '-q', 'main');
  await commitFile(clone, 'main', 'three.txt', 'three');
  await expect(git(clone, 'push', 'origin', 'main')).rejects.toThrow('Changes must be made through a pull request');
  expect(await remote('refs/heads/main')).toBe(main);
  await expect(git(clone, 'push', 'origin', ':develop')).rejects.toThrow('Cannot delete this branch');
  await expect(git(clone, 'push', '-f', 'origin', 'v1.0.0^{commit}:refs/heads/develop')).resolves.toBeDefined();
  await expect(git(clone, 'push', '-f', 'origin', 'main:develop')).rejects.toThrow('Cannot force-push to this branch');
  expect(pushes().slice(before)).toHaveLength(1);
});

test('the points of a push come before git has stored any reference and when it has stored all', async () => {
  const sha = await commitFile(clone, 'pointed', 'four.txt', 'four');
  await git(clone, 'tag', 'pointed-tag');
  const path = world.github.repositoryPath('acme', 'sample');
  const seen: string[] = [];
  const stop = world.journal.onPoint(async (point, { target }) => {
    const refs = await git(path, 'for-each-ref', '--format=%(refname)', 'refs/heads/pointed', 'refs/tags/pointed-tag');
    seen.push(`${point} ${target.split('/').at(-1)}: ${refs === '' ? 0 : refs.split('\n').length}`);
  });
  await git(clone, 'push', '-q', 'origin', 'pointed', 'pointed-tag');
  stop();

  expect(seen.filter((each) => !each.startsWith('answered')).sort()).toEqual([
    'after-store pointed-tag: 2',
    'after-store pointed: 2',
    'before-store pointed-tag: 0',
    'before-store pointed: 0',
  ]);
  expect(await remote('refs/heads/pointed')).toBe(sha);
});

test('a push that fails before the store leaves nothing, one that fails after it leaves everything', async () => {
  const sha = await commitFile(clone, 'faulty', 'five.txt', 'five');
  const push = () => git(clone, 'push', 'origin', 'faulty');
  world.journal.fault({ server: 'git', action: 'push', when: 'before', status: 500, times: 1 });
  await expect(push()).rejects.toThrow('500');
  expect(await remote('refs/heads/faulty')).toBe('');

  world.journal.fault({ server: 'git', action: 'push', when: 'after', status: 503, times: 1 });
  await expect(push()).rejects.toThrow('503');
  expect(await remote('refs/heads/faulty')).toBe(sha);
  expect(pushes().at(-1)).toBe(`acme/sample refs/heads/faulty ${sha}`);
});

test('a lost answer to a push of two references leaves both of them recorded', async () => {
  const before = pushes().length;
  const sha = await commitFile(clone, 'pair', 'six.txt', 'six');
  await git(clone, 'tag', 'pair-tag');
  world.journal.fault({ server: 'git', target: /pair-tag$/, when: 'after', status: 503, times: 1 });
  await expect(git(clone, 'push', '--atomic', 'origin', 'pair', 'pair-tag')).rejects.toThrow('503');
  expect(pushes().slice(before).sort()).toEqual([
    `acme/sample refs/heads/pair ${sha}`,
    `acme/sample refs/tags/pair-tag ${sha}`,
  ]);
});

test('reading fails where it is planned, and a hook that drops a push leaves the client without an answer', async () => {
  world.journal.fault({ server: 'git', action: 'fetch', when: 'before', status: 502, times: 1 });
  await expect(git(clone, 'fetch', 'origin')).rejects.toThrow('502');
  await commitFile(clone, 'dropped', 'seven.txt', 'seven');
  const stop = world.journal.onPoint((point) => (point === 'before-store' ? 'drop' : undefined));
  await expect(git(clone, 'push', 'origin', 'dropped')).rejects.toThrow();
  stop();
  expect(await remote('refs/heads/dropped')).toBe('');
});

test('of six pushes that race for one new branch, one wins', async () => {
  const clones = await Promise.all([...Array(6).keys()].map((each) => world.clone(`racer-${each}`, 'token-tom')));
  for (const [each, racer] of clones.entries()) await commitFile(racer, 'race', 'race.txt', String(each));
  const results = await Promise.allSettled(
    clones.map((racer) => git(racer, 'push', '--force-with-lease=refs/heads/race:', 'origin', 'race')),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(pushes().filter((each) => each.includes('refs/heads/race '))).toHaveLength(1);
});
