import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunState } from '../../src/domain/run/state.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { changesOf, github, gitOn } from '../support/outside.ts';
import { asRita, mergedRevert, startedRun, yankedByOwner } from '../support/rolling-back.ts';
import { runTool } from '../support/run-tool.ts';
import type { Service } from '../support/service.ts';
import type { World } from '../support/world.ts';
import { unseen } from '../support/write-methods.ts';

const NAME = 'loses';
const REASON = 'loses data when saved twice';

let world: World;
let service: Service;

inOneWorld(async (...opened) => {
  [world, service] = opened;
  await world.addProject(NAME, { parts: ['docs'] });
});

/** What a user gets by the name alone. */
async function installed(): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'slipway-user-'));
  const env = { UV_CACHE_DIR: join(cwd, 'cache'), UV_PYTHON_DOWNLOADS: 'never', UV_NO_CONFIG: '1' };
  try {
    await runTool('uv', ['venv', '--quiet', 'venv'], { cwd, env });
    const index = ['--default-index', world.servers.index.simpleUrl];
    const { output } = await runTool('uv', ['pip', 'install', '--python', 'venv/bin/python', ...index, NAME], {
      cwd,
      env,
    });
    return /\+ \w+==(\S+)/.exec(output)?.[1] ?? output;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const step = (state: RunState, id: string) => state.steps.find((one) => one.id === id);
const waitsOutside = (name: string) => (state: RunState) =>
  state.waitingFor.some(({ kind, for: names }) => kind === 'outside' && names.some((one) => one.includes(name)));

test('a published version is rolled back: warned about, yanked by its owner, and released again with the good tree', {
  timeout: WITHIN_MS,
}, async () => {
  await asRita(world, NAME, 'POST', 'releases', { tag_name: 'v1.0.0', name: 'The first' });
  const bad = await service.release(NAME);
  await bad.signOff();
  expect(await bad.result()).toMatchObject({ outcome: 'released' });
  expect(await installed()).toBe('1.1.0');
  expect((await github<{ tag_name: string }>(world, NAME, 'releases/latest')).tag_name).toBe('v1.1.0');

  const rollback = await service.rollback(NAME, { reason: REASON, rollForward: 'yes' });
  const asked = await rollback.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
  // Warned before anybody signed.
  const [issue] = await github<{ number: number; title: string; body: string }[]>(world, NAME, 'issues?state=open');
  expect(issue).toMatchObject({ title: 'URGENT: v1.1.0 Issue', body: expect.stringContaining(REASON) });
  expect(asked.manifest?.files.map(({ name }) => name)).toEqual(['loses-1.1.0-py3-none-any.whl', 'loses-1.1.0.tar.gz']);
  await rollback.signOff();

  const yanking = await rollback.until(waitsOutside('the yank of'));
  const { manageUrl } = world.servers.index;
  expect(yanking.links.yank).toBe(manageUrl.replace('{name}', NAME));
  expect(step(yanking, 'release.yank')?.summary).toContain('yanked by rita');
  const demoted = await rollback.until((state) => step(state, 'publish.demote-release')?.status === 'done');
  expect(step(demoted, 'publish.demote-release')?.summary).toContain('the latest is v1.0.0');
  expect((await github<{ tag_name: string }>(world, NAME, 'releases/latest')).tag_name).not.toBe('v1.1.0');

  const forward = await startedRun(service, `release:${NAME}:1.1.1`);
  await forward.signOff();
  await forward.until(waitsOutside('revert pull request'));
  expect(await installed()).toBe('1.1.1');
  expect(await mergedRevert(world, NAME)).toBe('Revert v1.1.0, back to v1.0.0');
  expect(await forward.result()).toMatchObject({ outcome: 'released' });

  await yankedByOwner(world, NAME, REASON);
  const ended = await rollback.result();
  expect(ended).toMatchObject({ outcome: 'rolled-back', notUndone: [] });
  expect(ended.summary).toContain(`release:${NAME}:1.1.1 is published`);
  expect(ended.summary).toContain('no record holds the docs of 1.0.0');

  const state = await rollback.state();
  expect(step(state, 'release.yank')?.summary).toBe(`2 of 2 files yanked: "${REASON}"`);
  expect(await github(world, NAME, `issues/${issue!.number}`)).toMatchObject({ state: 'closed' });
  expect((await github<{ tag_name: string; name: string }>(world, NAME, 'releases/latest')).tag_name).toBe('v1.1.1');
  expect(await installed()).toBe('1.1.1');

  // The good tree, but for its version and a changelog that tells; main and develop have it, and main's page keeps what was published.
  const changed = gitOn(world, NAME, 'diff', '--name-only', 'v1.0.0', 'v1.1.1').split('\n').filter(Boolean);
  expect(changed).toEqual(['CHANGELOG.md', 'pyproject.toml', 'src/loses/__init__.py']);
  const onMain = gitOn(world, NAME, 'diff', '--name-only', 'v1.1.1', 'main').split('\n').filter(Boolean);
  expect(onMain).toEqual(['CHANGELOG.md']);
  expect(gitOn(world, NAME, 'show', 'main:CHANGELOG.md')).toMatch(
    /## 1\.1\.1\n\n- Rolls back 1\.1\.0[\s\S]*## 1\.1\.0/,
  );
  expect(gitOn(world, NAME, 'merge-base', 'main', 'develop').trim()).toBe(
    gitOn(world, NAME, 'rev-parse', 'main').trim(),
  );
  expect(gitOn(world, NAME, 'for-each-ref', '--format=%(contents:subject)', 'refs/tags/v1.1.1').trim()).toBe(
    'Rollback version 1.1.1',
  );
  expect(unseen(['GitHubWrites.createIssue', 'GitHubWrites.updateIssue'], changesOf(world, NAME))).toEqual([]);
});
