import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createGitLocal } from '../../src/clients/git/local.ts';
import { createGitRemote } from '../../src/clients/git/remote.ts';
import { makeRemote, makeRepository, plainGit } from './git-sample.ts';
import { type GitServer, startGitServer } from './git-server.ts';

const remote = createGitRemote();
const local = createGitLocal();
let root: string;
let server: GitServer;
let count = 0;

let bare: string;
let mine: string;
let first: string;
let url: string;
const writer = () => ({ url, token: 'writer' });

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'git-remote-'));
  server = await startGitServer(root);
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  const name = `sample-${++count}`;
  first = makeRepository(join(root, `${name}-work`));
  plainGit(join(root, `${name}-work`), 'tag', '-a', 'v1.0.0', '-m', 'one');
  bare = makeRemote(root, name, join(root, `${name}-work`));
  url = `${server.url}/${name}.git`;
  mine = join(root, `${name}-mine`);
  await remote.fetch(writer(), mine);
});
afterEach(() => server.recover());

/** A commit on top of `parent`, in our repository only. */
const commit = (message: string, parent = first) =>
  local.commitEdits(mine, {
    parents: [parent],
    edits: [{ path: 'NEW.md', content: Buffer.from(message) }],
    message,
    author: { name: 'Slipway', email: 'slipway@example.org' },
    time: 1_790_812_800,
  });

describe('reading a remote', () => {
  test('git refs: branches and annotated tags with their commits, by full name only', async () => {
    plainGit(bare, 'update-ref', 'refs/heads/x/refs/heads/main', first);
    const tag = plainGit(bare, 'rev-parse', 'v1.0.0');
    expect(await remote.refs(writer(), ['refs/heads/main', 'refs/tags/*'])).toEqual({
      'refs/heads/main': first,
      'refs/tags/v1.0.0': tag,
      'refs/tags/v1.0.0^{}': first,
    });
    expect(Object.keys(await remote.refs(writer()))).not.toContain('HEAD');
    expect(await remote.refs(writer(), ['refs/heads/nope'])).toEqual({});
  });

  test('git fetch: just the refs asked for, and a branch that is not there is named', async () => {
    const folder = join(root, `only-${count}`);
    await remote.fetch(writer(), folder, ['refs/heads/main']);
    expect(await local.refs(folder)).toEqual({ 'refs/heads/main': first });
    const missing = remote.fetch(writer(), folder, ['refs/heads/nope']);
    await expect(missing).rejects.toMatchObject({ code: 'branch-missing', message: expect.stringContaining('nope') });
  });

  test('git fetch: an address that is an option, another transport or a credential is refused, and nothing runs', async () => {
    const trap = join(root, 'trap');
    const addresses = [
      `--upload-pack=touch ${trap}`,
      `ext::sh -c touch% ${trap}`,
      `-oProxyCommand=touch ${trap}`,
      `ssh://-oProxyCommand=touch ${trap}/x`,
      'http://example.org/x.git',
      `https://user:password@example.org/x.git`,
      `file://${bare}`,
      bare,
      '../relative',
    ];
    for (const address of addresses) {
      await expect(remote.refs({ url: address }), address).rejects.toMatchObject({ code: 'git-refused' });
    }
    expect(existsSync(trap)).toBe(false);
  });

  test('git fetch: a folder of this machine is asked where that is configured', async () => {
    const files = createGitRemote({ files: true });
    expect(await files.refs({ url: bare }, ['refs/heads/main'])).toEqual({ 'refs/heads/main': first });
    await expect(files.refs({ url: join(root, 'nowhere') })).rejects.toMatchObject({ code: 'git-refused' });
  });
});

describe('pushing', () => {
  test('git push: a branch and a tag are created together, and the same push again is done already', async () => {
    const sha = await commit('one');
    const updates = [
      { ref: 'refs/heads/release/v1.1.0', expected: null, new: sha },
      { ref: 'refs/tags/v1.1.0', expected: null, new: sha },
    ];
    await remote.push(writer(), mine, updates);
    await remote.push(writer(), mine, updates);
    expect(await remote.refs(writer(), ['refs/heads/release/v1.1.0', 'refs/tags/v1.1.0'])).toEqual({
      'refs/heads/release/v1.1.0': sha,
      'refs/tags/v1.1.0': sha,
    });
  });

  test('git push: a branch that moved is left alone, and both sides are named', async () => {
    const theirs = await commit('theirs');
    const once = [{ ref: 'refs/heads/main', expected: first, new: theirs }];
    await remote.push(writer(), mine, once);
    await remote.push(writer(), mine, once); // after a crash: done already
    const ours = await commit('ours');
    const push = remote.push(writer(), mine, [{ ref: 'refs/heads/main', expected: first, new: ours }]);
    await expect(push).rejects.toMatchObject({
      code: 'branch-moved',
      message: `refs/heads/main is ${theirs}, not ${first} as expected`,
    });
    expect(plainGit(bare, 'rev-parse', 'main')).toBe(theirs);
  });

  test('git push: a taken tag holds back the branch that was pushed with it', async () => {
    const sha = await commit('one');
    const push = remote.push(writer(), mine, [
      { ref: 'refs/heads/release/v1.0.0', expected: null, new: sha },
      { ref: 'refs/tags/v1.0.0', expected: null, new: sha },
    ]);
    await expect(push).rejects.toMatchObject({ code: 'tag-taken' });
    expect(Object.keys(await remote.refs(writer()))).not.toContain('refs/heads/release/v1.0.0');
  });

  test('git push: of eight who create one branch at once, exactly one wins', async () => {
    const shas = await Promise.all(Array.from({ length: 8 }, (_, index) => commit(`racer ${index}`)));
    const ends = await Promise.allSettled(
      shas.map((sha) => remote.push(writer(), mine, [{ ref: 'refs/heads/race', expected: null, new: sha }])),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(['branch-moved']));
    const winner = shas[ends.findIndex(({ status }) => status === 'fulfilled')];
    expect(plainGit(bare, 'rev-parse', 'race')).toBe(winner);
  });

  test('git push: a branch is deleted only as the run left it; one that is gone counts as deleted', async () => {
    const sha = await commit('one');
    const ref = 'refs/heads/release/v1.1.0';
    await remote.push(writer(), mine, [{ ref, expected: null, new: sha }]);
    const wrong = remote.push(writer(), mine, [{ ref, expected: first, new: null }]);
    await expect(wrong).rejects.toMatchObject({ code: 'branch-moved' });
    await remote.push(writer(), mine, [{ ref, expected: sha, new: null }]);
    await remote.push(writer(), mine, [{ ref, expected: sha, new: null }]);
    expect(await remote.refs(writer(), [ref])).toEqual({});
  });

  test("git push: a hook's refusal is told in the remote's own words", async () => {
    const hook = join(bare, 'hooks', 'pre-receive');
    mkdirSync(join(bare, 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "main is protected: two approvals needed" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const push = remote.push(writer(), mine, [{ ref: 'refs/heads/main', expected: first, new: await commit('one') }]);
    await expect(push).rejects.toMatchObject({
      code: 'git-refused',
      message: expect.stringContaining('main is protected: two approvals needed'),
    });
  });

  test.each([
    'refs/tags/-x',
    '-x',
    'main',
    'refs/heads/../x',
    'refs/heads/a b',
    'refs/heads/x:refs/heads/y',
    'refs/heads/x.lock',
  ])('git push: %s is not the name of a ref', async (ref) => {
    const push = remote.push(writer(), mine, [{ ref, expected: null, new: first }]);
    await expect(push).rejects.toMatchObject({ code: 'git-refused' });
  });

  test('git push: no hook of our repository runs', async () => {
    const trap = join(root, `hook-${count}`);
    mkdirSync(join(mine, 'hooks'), { recursive: true });
    for (const name of ['pre-push', 'reference-transaction', 'post-checkout']) {
      writeFileSync(join(mine, 'hooks', name), `#!/bin/sh\ntouch ${trap}\n`);
      chmodSync(join(mine, 'hooks', name), 0o755);
    }
    await remote.push(writer(), mine, [{ ref: 'refs/heads/x', expected: null, new: await commit('one') }]);
    await local.setRef(mine, 'refs/heads/y', first);
    expect(existsSync(trap)).toBe(false);
  });
});

describe('what a remote answers', () => {
  test.each([
    [500, 'git-unreachable'],
    [503, 'git-unreachable'],
    [429, 'git-unreachable'],
    [401, 'credential-refused'],
    [403, 'permission-missing'],
    [404, 'git-refused'],
  ] as const)('git: a %d is %s, for reading and for pushing', async (status, code) => {
    const sha = await commit('one');
    server.fail(status);
    await expect(remote.refs(writer())).rejects.toMatchObject({ code });
    const push = () => remote.push(writer(), mine, [{ ref: 'refs/heads/x', expected: null, new: sha }]);
    await expect(push()).rejects.toMatchObject({ code });
    server.fail(status, /receive-pack$/); // the first question is answered, the push itself is not
    await expect(push()).rejects.toMatchObject({ code });
  });

  test('git: a token that does not count is refused, one that may only read may not push, a closed port is unreachable', async () => {
    await expect(remote.refs({ url, token: 'stranger' })).rejects.toMatchObject({ code: 'credential-refused' });
    await expect(remote.refs({ url })).rejects.toMatchObject({ code: 'credential-refused' });
    const push = remote.push({ url, token: 'reader' }, mine, [{ ref: 'refs/heads/x', expected: null, new: first }]);
    await expect(push).rejects.toMatchObject({ code: 'permission-missing' });
    await expect(remote.refs({ url: 'http://127.0.0.1:1/x.git' })).rejects.toMatchObject({ code: 'git-unreachable' });
  });

  test('git: the token does not follow a redirect', async () => {
    server.fail('redirect', /^\/sample/);
    server.headers.length = 0;
    await expect(remote.refs(writer())).rejects.toMatchObject({ code: 'git-refused' });
    expect(server.headers).toHaveLength(1);
  });
});

test('git: the token is in no argument of any process, and in no error', async () => {
  const seen = join(root, `arguments-${count}`);
  const tools = join(root, `tools-${count}`);
  mkdirSync(tools);
  const real = plainGit(root, '--exec-path');
  writeFileSync(join(tools, 'git'), `#!/bin/sh\nprintf '%s\\n' "$@" >> ${seen}\nexec ${real}/git "$@"\n`, {
    mode: 0o755,
  });
  const path = process.env.PATH;
  process.env.PATH = `${tools}:${path}`;
  try {
    await remote.push(writer(), mine, [{ ref: 'refs/heads/x', expected: null, new: await commit('one') }]);
    server.fail(500);
    const error = await remote.refs(writer()).catch((problem) => `${problem.message}\n${problem.stack}`);
    expect(error).not.toContain('writer');
  } finally {
    process.env.PATH = path;
  }
  const args = readFileSync(seen, 'utf8');
  expect(args).toContain('push');
  expect(args).not.toContain('writer');
  expect(args).not.toContain(Buffer.from('x-access-token:writer').toString('base64'));
});

test('git: a cancelled activity ends its push and throws its own cancellation', async () => {
  const cancel = new AbortController();
  cancel.abort(new Error('cancelled by the run'));
  const cancelled = createGitRemote({ cancellation: () => cancel.signal });
  await expect(cancelled.refs(writer())).rejects.toThrow('cancelled by the run');
});
