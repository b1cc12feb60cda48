import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReleaseContext } from '../../src/activities/index.ts';
import { createRegistry } from '../../src/clients/registry/registry-client.ts';
import { ociArchive } from '../support/oci-image.ts';
import { contextOf, Rehearsed } from '../support/rehearsed.ts';
import { sampleFiles } from '../support/release-sample.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';

let outside: Rehearsed;
let count = 0;

beforeAll(async () => {
  outside = await Rehearsed.open();
});
afterAll(() => outside?.close());

const OLD = '# Changelog\n\n## 1.0.0\n\n- Greets.\n';
const BAD = '# Changelog\n\n## 1.1.0\n\n- Loses data.\n\n## 1.0.0\n\n- Greets.\n';
const FORWARD = '# Changelog\n\n## 1.1.1\n\n- Rolls back 1.1.0 to 1.0.0: loses data\n\n## 1.0.0\n\n- Greets.\n';

/** 1.0.0 and 1.1.0 on main, then what came `since`; the roll-forward 1.1.1 on its branch. */
async function rolledForward({ since = {}, github = true }: { since?: Record<string, string>; github?: boolean } = {}) {
  count += 1;
  const name = `back${count}`;
  const source = new ScratchRepository();
  source
    .write({ ...sampleFiles(name, '1.0.0'), 'CHANGELOG.md': OLD, 'core.py': 'good\n' })
    .commit('feat: 1.0.0')
    .tag('v1.0.0');
  source.git('checkout', '--quiet', '-b', 'rollback/v1.1.1');
  source.write({ ...sampleFiles(name, '1.1.1'), 'CHANGELOG.md': FORWARD }).commit('chore: bump version to 1.1.1');
  const commit = source.git('rev-parse', 'HEAD').trim();
  source.git('checkout', '--quiet', 'main');
  source
    .write({ ...sampleFiles(name, '1.1.0'), 'CHANGELOG.md': BAD, 'core.py': 'bad\n' })
    .commit('feat: 1.1.0')
    .tag('v1.1.0');
  const sha = (tag: string) => source.git('rev-parse', `${tag}^{commit}`).trim();
  const [bad, good] = (['1.1.0', '1.0.0'] as const).map((version) => ({
    ...{ version, tag: `v${version}`, commit: sha(`v${version}`) },
  }));
  if (Object.keys(since).length > 0) source.write(since).commit('feat: more');
  const project = await outside.project(name, source, { github });
  const rollback = `rollback:${name}:1.1.0`;
  const context: ReleaseContext = contextOf(project, {
    id: `release:${name}:1.1.1`,
    version: '1.1.1',
    procedure: { kind: 'roll-forward', rollback, bad: bad!, good: good!, reason: 'loses data' },
  });
  return { name, context, commit, good: good! };
}

function git(name: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: outside.servers.github.repositoryPath('acme', name),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

const pulls = (name: string) =>
  outside.github<{ number: number; title: string; body: string }[]>(name, 'pulls?state=all');

describe('ensureReverted', () => {
  test('offers main the difference from the bad version to the roll-forward, whatever came since; once', async () => {
    const { name, context, commit } = await rolledForward({ since: { 'more.txt': 'since\n' } });
    const { pullRequest } = await outside.activities.ensureReverted({ ...context, commit });
    const before = outside.changes();
    expect(await outside.activities.ensureReverted({ ...context, commit })).toMatchObject({ adopted: true });
    expect(outside.changes()).toBe(before);

    const branch = 'revert/v1.1.0';
    expect(git(name, 'log', '-1', '--format=%P', branch)).toBe(`${git(name, 'rev-parse', 'main')} ${commit}`);
    expect(git(name, 'show', `${branch}:core.py`)).toBe('good');
    expect(git(name, 'show', `${branch}:more.txt`)).toBe('since');
    expect(git(name, 'show', `${branch}:pyproject.toml`)).toContain('version = "1.1.1"');
    expect(git(name, 'show', `${branch}:CHANGELOG.md`)).toBe(
      '# Changelog\n\n## 1.1.1\n\n- Rolls back 1.1.0 to 1.0.0: loses data\n\n## 1.1.0\n\n- Loses data.\n\n## 1.0.0\n\n- Greets.',
    );

    const given = { ...context, commit, number: pullRequest!.number };
    await expect(outside.activities.awaitReverted(given)).rejects.toMatchObject({ type: 'not-yet' });
    await outside.github(name, `pulls/${pullRequest!.number}/merge`, 'PUT', {});
    expect((await outside.activities.awaitReverted(given)).summary).toContain('is merged');
    const after = await outside.activities.ensureReverted({ ...context, commit });
    expect(after).toMatchObject({ pullRequest: null, adopted: true });
  });

  test('a conflict is shown to people: the branch stands on the bad version, and the pull request names the files', async () => {
    const { name, context, commit } = await rolledForward({ since: { 'core.py': 'bad, and more\n' } });
    expect((await outside.activities.ensureReverted({ ...context, commit })).summary).toContain('conflicts');
    const [pull] = await pulls(name);
    expect(pull?.body).toContain('It conflicts in core.py');
    expect(git(name, 'show', 'revert/v1.1.0:core.py')).toBe('good');
    expect(git(name, 'merge-base', 'main', 'revert/v1.1.0')).toBe(git(name, 'rev-parse', 'v1.1.0^{commit}'));
  });

  test('a worker that died between the push and the pull request leaves a branch that is taken up', async () => {
    const { name, context, commit } = await rolledForward();
    const { pullRequest } = await outside.activities.ensureReverted({ ...context, commit });
    const made = git(name, 'rev-parse', 'revert/v1.1.0');
    await outside.github(name, `pulls/${pullRequest!.number}`, 'PATCH', { state: 'closed', body: 'gone' });
    const second = await outside.activities.ensureReverted({ ...context, commit });
    expect(second.pullRequest?.number).toBeGreaterThan(pullRequest!.number);
    expect(git(name, 'rev-parse', 'revert/v1.1.0')).toBe(made);
  });

  test('closed without a merge it is told, and somebody else’s branch of the name is left alone', async () => {
    const { name, context, commit } = await rolledForward();
    git(name, 'update-ref', 'refs/heads/revert/v1.1.0', 'v1.0.0^{commit}');
    await expect(outside.activities.ensureReverted({ ...context, commit })).rejects.toMatchObject({
      type: 'branch-moved',
    });
    git(name, 'update-ref', '-d', 'refs/heads/revert/v1.1.0');
    const { number } = (await outside.activities.ensureReverted({ ...context, commit })).pullRequest!;
    await outside.github(name, `pulls/${number}`, 'PATCH', { state: 'closed' });
    await expect(outside.activities.awaitReverted({ ...context, commit, number })).rejects.toMatchObject({
      type: 'pull-request-closed',
    });
  });

  test('main that has released something later stays as it is, and so does one that never had the bad version', async () => {
    const later = await rolledForward({ since: { 'more.txt': 'since\n' } });
    git(later.name, 'tag', 'v2.0.0', 'main');
    const given = { ...later.context, commit: later.commit };
    expect(await outside.activities.ensureReverted(given)).toMatchObject({ omitted: true, pullRequest: null });
    const older = await rolledForward();
    git(older.name, 'update-ref', 'refs/heads/main', 'v1.0.0^{commit}');
    expect(await outside.activities.ensureReverted({ ...older.context, commit: older.commit })).toMatchObject({
      ...{ omitted: true, summary: 'main stays: v1.1.0 is not in it' },
    });
    git(older.name, 'update-ref', '-d', 'refs/tags/v1.1.0'); // retagged: not even its commit is there
    expect(await outside.activities.ensureReverted({ ...older.context, commit: older.commit })).toMatchObject({
      omitted: true,
    });
  });

  test('without a GitHub main is pushed', async () => {
    const { name, context, commit } = await rolledForward({ github: false });
    await outside.activities.ensureReverted({ ...context, commit });
    expect(git(name, 'show', 'main:core.py')).toBe('good');
    expect(git(name, 'log', '-1', '--format=%s', 'main')).toBe('Revert v1.1.0, back to v1.0.0');
  });
});

test('pinSource: a roll-forward starts from the good tag, whatever main and develop hold', async () => {
  const { context, good } = await rolledForward();
  const { source } = await outside.activities.pinSource(context);
  expect(source).toMatchObject({
    ...{ base: good.commit, baseRef: 'refs/tags/v1.0.0', releaseBranch: 'refs/heads/rollback/v1.1.1' },
    ...{ last: good, commitsSinceLast: 0, belowSuggestion: false, breaking: false },
  });
});

test('preflight: a roll-forward of an older line is higher than what it takes the place of, and need not be the highest', async () => {
  const { name, context } = await rolledForward();
  git(name, 'tag', 'v2.0.0', 'main');
  const asked = { ...context, runId: 'run', dryRun: false, testOnly: false };
  expect((await outside.activities.preflight(asked)).summary).toContain('is free');
  const other = { ...asked, procedure: { kind: 'release' } } as const;
  await expect(outside.activities.preflight(other)).rejects.toMatchObject({ type: 'version-not-higher' });
});

test('ensureImageDemoted: `latest` goes back to the good digest, and stays where something newer has it', async () => {
  const { registry, keys } = outside;
  if (!registry) return;
  const { context, good } = await rolledForward();
  const name = `${registry.host}/acme/rolled`;
  const access = { name, token: `slipway:${keys.registry}` };
  const images = createRegistry();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-images-'));
  const push = async (version: string) => {
    const archive = join(folder, `${version}.tar`);
    await ociArchive(archive, { content: version });
    const digest = await images.push(access, archive);
    for (const tag of [version, 'latest']) await images.tag(access, digest, tag);
    return digest;
  };
  const old = await push('1.0.0');
  const bad = await push('1.1.0');
  const image = { ...{ name, credential: 'REGISTRY_TOKEN', dockerfile: 'Dockerfile', buildArgs: {} }, timeout: 60 };
  const project = {
    ...context.project,
    publish: { ...context.project.publish, image: { ...image, withoutEngine: 'skip' as const } },
  };
  const given = { ...contextOf(project), good };
  await outside.activities.ensureImageDemoted(given);
  expect([await images.digest(access, 'latest'), await images.digest(access, '1.1.0')]).toEqual([old, bad]);
  expect(await outside.activities.ensureImageDemoted(given)).toMatchObject({ adopted: true });
  const newer = await push('1.1.1');
  await outside.activities.ensureImageDemoted(given);
  expect(await images.digest(access, 'latest')).toBe(newer);
  rmSync(folder, { recursive: true });
});
