import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGitLocal } from '../../src/clients/git/local.ts';
import { commitFiles, makeRepository, plainGit, write } from './git-sample.ts';

const git = createGitLocal();
const slipway = { name: 'Slipway', email: 'slipway@example.org' };
const time = 1_790_812_800;

let root: string;
let work: string;
let first: string;
let second: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'git-local-'));
  work = join(root, 'work');
  makeRepository(work, { 'pyproject.toml': 'version = "1.0.0"\n', 'src/a.py': 'a\n', 'tool.sh': '#!/bin/sh\n' });
  chmodSync(join(work, 'tool.sh'), 0o755);
  symlinkSync('src/a.py', join(work, 'link.py'));
  first = commitFiles(work, {}, 'feat: first\n\nwith a body');
  plainGit(work, 'tag', '-a', 'v1.0.0', '-m', 'one');
  plainGit(work, 'tag', 'light');
  second = commitFiles(work, { 'docs/ü b.md': 'text\r\n' }, 'fix: second');
  plainGit(work, 'tag', 'later');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const edit = (path: string, content: string | null, extra: { executable?: boolean } = {}) => ({
  path,
  content: content === null ? null : Buffer.from(content),
  ...extra,
});
const commitOf = (edits: ReturnType<typeof edit>[], parents = [second]) => ({
  ...{ parents, edits, author: slipway, time },
  message: 'chore: bump version to 1.1.0\n',
});

describe('reading', () => {
  test('git: a commit is told as it is', async () => {
    expect(await git.commit(work, 'v1.0.0')).toMatchObject({
      sha: first,
      tree: plainGit(work, 'rev-parse', `${first}^{tree}`),
      author: { name: 'Ann Author', email: 'ann@example.org' },
      committer: { name: 'Cem Committer', email: 'cem@example.org' },
      authorTime: 1_700_000_000,
      time: 1_700_000_001,
      message: 'feat: first\n\nwith a body\n',
    });
  });

  test('git log: oldest first, from the tag on or from the beginning', async () => {
    expect((await git.log(work, 'v1.0.0', second)).map(({ sha }) => sha)).toEqual([second]);
    const all = await git.log(work, null, second);
    expect(all.map(({ message }) => message.split('\n')[0])).toEqual(['first', 'feat: first', 'fix: second']);
    expect((await git.log(work, null, second, { limit: 1 })).map(({ sha }) => sha)).toEqual([second]);
    expect(await git.log(work, second, second)).toEqual([]);
  });

  test('git: tags reachable from a commit, annotated or not, with their commits', async () => {
    expect(await git.tagsReachableFrom(work, first)).toEqual([
      { tag: 'light', commit: first },
      { tag: 'v1.0.0', commit: first },
    ]);
  });

  test('git: ancestors, merge base, changed paths and a diff', async () => {
    expect(await git.isAncestor(work, first, second)).toBe(true);
    expect(await git.isAncestor(work, second, first)).toBe(false);
    expect(await git.mergeBase(work, first, second)).toBe(first);
    expect(await git.changedPaths(work, first, second)).toEqual(['docs/ü b.md']);
    expect(await git.diff(work, first, second)).toContain('+text\r\n');
  });

  test('git: files and their bytes; a link, a folder and what is not there are no files', async () => {
    expect(await git.list(work, second)).toEqual(['docs/ü b.md', 'link.py', 'pyproject.toml', 'src/a.py', 'tool.sh']);
    expect(Buffer.from((await git.read(work, second, 'docs/ü b.md')) ?? []).toString()).toBe('text\r\n');
    for (const path of ['link.py', 'src', 'nope', 'src/a.py/x']) {
      expect(await git.read(work, second, path), path).toBeUndefined();
    }
    for (const path of ['../x', '/etc/passwd', '.git/config', 'a//b', '']) {
      await expect(git.read(work, second, path), path).rejects.toMatchObject({ code: 'git-refused' });
    }
  });

  test.each(['--output=/tmp/x', '-x', 'a..b', ':/first', 'HEAD@{1}', 'a b', ''])(
    'git: %j is not a revision',
    async (revision) => {
      await expect(git.commit(work, revision)).rejects.toMatchObject({ code: 'git-refused' });
    },
  );

  test('git: a revision that is not there is named', async () => {
    await expect(git.commit(work, 'nope')).rejects.toMatchObject({
      code: 'branch-missing',
      message: expect.stringContaining('nope'),
    });
  });
});

describe('commits', () => {
  test('git: the same edits give the same commit in every repository, on any day and for any user', async () => {
    const copy = join(root, 'copy');
    plainGit(root, 'clone', '--quiet', work, copy);
    plainGit(copy, 'config', 'user.name', 'Somebody Else');
    plainGit(copy, 'config', 'core.autocrlf', 'true');
    const commit = commitOf([edit('pyproject.toml', 'version = "1.1.0"\r\n'), edit('NEW.md', 'new\n')]);
    const sha = await git.commitEdits(work, commit);
    expect(await git.commitEdits(copy, commit)).toBe(sha);
    expect(await git.commit(work, sha)).toMatchObject({
      parents: [second],
      author: slipway,
      committer: slipway,
      authorTime: time,
      time,
      message: 'chore: bump version to 1.1.0\n',
    });
    expect(plainGit(work, 'cat-file', '-p', sha)).toContain('slipway@example.org> 1790812800 +0000');
    expect(await git.changedPaths(work, second, sha)).toEqual(['NEW.md', 'pyproject.toml']);
    expect(Buffer.from((await git.read(work, sha, 'pyproject.toml')) ?? []).toString()).toBe('version = "1.1.0"\r\n');
    expect(plainGit(work, 'status', '--porcelain')).toBe('');
  });

  test('git: edits keep modes, deletions delete, links are not written through', async () => {
    const sha = await git.commitEdits(
      work,
      commitOf([edit('tool.sh', '#!/bin/sh\nexit\n'), edit('src/a.py', null), edit('run', 'x', { executable: true })]),
    );
    const tree = plainGit(work, 'ls-tree', '-r', sha);
    expect(tree).toMatch(/100755 blob \w+\ttool.sh/);
    expect(tree).toMatch(/100755 blob \w+\trun/);
    expect(tree).toMatch(/120000 blob \w+\tlink.py/);
    expect(tree).not.toContain('a.py\n100');
    expect(await git.list(work, sha)).not.toContain('src/a.py');
    await expect(git.commitEdits(work, commitOf([edit('link.py', 'x')]))).rejects.toMatchObject({
      code: 'commit-unexpected',
    });
    await expect(git.commitEdits(work, commitOf([edit('.git/hooks/x', 'x')]))).rejects.toMatchObject({
      code: 'git-refused',
    });
  });

  test('git: a commit without parents begins a history', async () => {
    const sha = await git.commitEdits(work, commitOf([edit('index.html', 'x')], []));
    expect(await git.list(work, sha)).toEqual(['index.html']);
    expect((await git.commit(work, sha)).parents).toEqual([]);
  });

  test('git: a name that would break a commit is refused', async () => {
    const commit = { ...commitOf([]), author: { name: 'A\nparent x', email: 'a@b' } };
    await expect(git.commitEdits(work, commit)).rejects.toMatchObject({ code: 'git-refused' });
  });

  test('git: an annotated tag is the same object each time', async () => {
    const tag = { name: 'v1.1.0', target: second, tagger: slipway, time, message: 'Release version 1.1.0' };
    const sha = await git.tagObject(work, tag);
    expect(await git.tagObject(work, tag)).toBe(sha);
    await git.setRef(work, 'refs/tags/v1.1.0', sha);
    const refs = await git.refs(work);
    expect([refs['refs/tags/v1.1.0'], refs['refs/tags/v1.1.0^{}']]).toEqual([sha, second]);
    await expect(git.tagObject(work, { ...tag, name: '-d' })).rejects.toMatchObject({ code: 'git-refused' });
  });
});

describe('merging without a checkout', () => {
  const on = (parent: string, content: string, path = 'pyproject.toml') =>
    git.commitEdits(work, commitOf([edit(path, content)], [parent]));

  test('git merge: what both sides changed apart comes together, and is committed with both as parents', async () => {
    const [ours, theirs] = [await on(first, 'ours\n'), await on(first, 'theirs\n', 'other.txt')];
    const { tree, conflicts } = await git.mergeTree(work, ours, theirs);
    expect(conflicts).toEqual([]);
    const merge = { parents: [ours, theirs], message: 'Merge\n', author: slipway, time };
    const sha = await git.commitTree(work, tree, merge);
    expect(await git.commitTree(work, tree, merge)).toBe(sha);
    expect((await git.commit(work, sha)).parents).toEqual([ours, theirs]);
    expect(await git.list(work, sha)).toContain('other.txt');
  });

  test('git merge: a conflict names its paths; a side that is not there is no conflict', async () => {
    const [ours, theirs] = [await on(first, 'ours\n'), await on(first, 'theirs\n')];
    expect((await git.mergeTree(work, ours, theirs)).conflicts).toEqual(['pyproject.toml']);
    await expect(git.mergeTree(work, ours, 'nope')).rejects.toMatchObject({ code: 'branch-missing' });
  });
});

describe('bundles', () => {
  test('git bundle: carries commits that no ref of the repository names, and their history', async () => {
    const sha = await git.commitEdits(work, commitOf([edit('NEW.md', 'x')]));
    const file = join(root, 'one.bundle');
    await git.bundle(work, file, { 'refs/heads/release/v1.1.0': sha, 'refs/tags/v1.0.0': first });
    const other = join(root, 'other.bundle');
    await git.bundle(work, other, { 'refs/heads/main': second });
    const folder = join(root, 'unbundled');
    await git.unbundle(folder, [file, other]);
    expect(await git.refs(folder)).toEqual({
      'refs/heads/main': second,
      'refs/heads/release/v1.1.0': sha,
      'refs/tags/v1.0.0': first,
    });
    expect(await git.log(folder, null, sha)).toHaveLength(4);
  });

  test('git bundle: one that is damaged is told', async () => {
    const file = join(root, 'damaged.bundle');
    write(root, { 'damaged.bundle': 'nonsense' });
    await expect(git.unbundle(join(root, 'damaged'), [file])).rejects.toMatchObject({ code: 'artifact-corrupt' });
  });
});

describe('checkouts', () => {
  test('git checkout: the files, with their modes and links, and nothing of git', async () => {
    const target = join(root, 'plain');
    await git.checkout(work, first, target);
    expect(readdirSync(target).sort()).toEqual(['link.py', 'pyproject.toml', 'src', 'tool.sh']);
    expect(statSync(join(target, 'tool.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(join(target, 'pyproject.toml')).mode & 0o777).toBe(0o644);
    expect(readFileSync(join(target, 'link.py'), 'utf8')).toBe('a\n');
    expect(plainGit(work, 'status', '--porcelain')).toBe('');
  });

  test('git checkout: with git, it is detached, clean, knows the tags and outlives its source', async () => {
    const [source, target] = [join(root, 'source'), join(root, 'with-git')];
    plainGit(root, 'clone', '--quiet', '--bare', work, source);
    await git.checkout(source, second, target, { withGit: true });
    rmSync(source, { recursive: true });
    expect(plainGit(target, 'describe', '--tags', '--match', 'v1.0*', '--dirty')).toMatch(/^v1\.0\.0-1-g/);
    expect(plainGit(target, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD');
    expect(plainGit(target, 'fsck', '--no-dangling')).toBe('');
    expect(readFileSync(join(target, '.git/config'), 'utf8')).not.toContain(source);
  });

  test('git checkout: no filter, LFS or submodule of the repository runs', async () => {
    const folder = join(root, 'filters');
    const trap = join(root, 'filter-ran');
    makeRepository(folder, { '.gitattributes': '* filter=evil diff=evil merge=evil\n', 'a.txt': 'a\n' });
    write(folder, { '.gitmodules': `[submodule "s"]\n\tpath = s\n\turl = ext::sh -c touch% ${trap}\n` });
    plainGit(folder, 'update-index', '--add', '--cacheinfo', `160000,${first},s`);
    const sha = commitFiles(folder, {}, 'trap');
    for (const withGit of [true, false]) {
      const target = join(root, `filtered-${withGit}`);
      await git.checkout(folder, sha, target, { withGit });
      expect(readFileSync(join(target, 'a.txt'), 'utf8')).toBe('a\n');
    }
    expect(existsSync(trap)).toBe(false);
  });
});

test('git: the tree of a folder holds its bytes as they are, hidden files and links included', async () => {
  const site = join(root, 'site');
  write(site, {
    'index.html': 'a\r\n',
    '.nojekyll': '',
    '.gitignore': 'x\n',
    x: 'kept',
    'a/b.css': 'c',
    '.gitattributes': '* text=auto\n',
  });
  symlinkSync('index.html', join(site, 'home.html'));
  const tree = await git.treeOfFolder(work, site);
  const sha = await git.commitTree(work, tree, { parents: [], message: 'site', author: slipway, time });
  expect(await git.list(work, sha)).toEqual([
    '.gitattributes',
    '.gitignore',
    '.nojekyll',
    'a/b.css',
    'home.html',
    'index.html',
    'x',
  ]);
  expect(Buffer.from((await git.read(work, sha, 'index.html')) ?? []).toString()).toBe('a\r\n');
  expect(plainGit(work, 'ls-tree', sha, 'home.html')).toContain('120000');
});
