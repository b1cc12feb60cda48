import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { changesOf, filesOn, gitOn, pullsOf, refsOf, releasesOf } from '../support/outside.ts';
import type { Service } from '../support/service.ts';
import type { ProjectWish, World } from '../support/world.ts';
import { unseen } from '../support/write-methods.ts';

let world: World;
let service: Service;

inOneWorld((...opened) => {
  [world, service] = opened;
});

async function started(project: string, wish: ProjectWish = {}) {
  await world.addProject(project, wish);
  const before = refsOf(world, project);
  return { run: await service.release(project), before };
}

/** Nothing of the run is left on the remote: refs to the SHA, no open pull request, no release, no file on the production index. */
async function expectAsBefore(project: string, before: string[]) {
  expect(refsOf(world, project)).toEqual(before);
  expect((await pullsOf(world, project)).filter(({ state }) => state === 'open')).toEqual([]);
  expect(await releasesOf(world, project)).toEqual([]);
  expect(await filesOn(world, 'index', project)).toEqual([]);
}

const failing = { gates: [{ name: 'imports', run: 'false' }] };

/** A credential of the project's own, which a test may spoil and mend. */
function credential(name: string, secret: string): void {
  writeFileSync(join(world.places.credentials, name), `${secret}\n`);
}

function indexBy(name: string) {
  const github = { credential: 'GITHUB_TOKEN' };
  return { publish: { testIndex: null, github, index: { name: 'pypi', credential: name } } };
}

describe.concurrent('abort', { timeout: WITHIN_MS }, () => {
  test('with the branch pushed and a gate blocked, it leaves the remote as it was', async () => {
    const { run, before } = await started('early', { change: failing });
    await run.blocked('test.gate.imports');
    expect(refsOf(world, 'early').join()).toContain('refs/heads/release/v1.1.0');
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
    await expectAsBefore('early', before);
  });

  test('while sign-offs are waited for, it leaves the remote as it was, and says what stays on the test index', async () => {
    const { run, before } = await started('signing', { parts: ['testIndex'] });
    await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
    await run.abort();
    const ended = await run.result();
    expect(ended).toMatchObject({ outcome: 'withdrawn' });
    expect(ended.notUndone.join()).toContain('testpypi');
    await expectAsBefore('signing', before);
  });

  test('while the pull request is reviewed, it closes it and removes the branch', async () => {
    const { run, before } = await started('reviewed', { change: { pullRequest: { approvals: 1 } } });
    await run.signOff();
    await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'outside'));
    expect(await pullsOf(world, 'reviewed')).toMatchObject([{ state: 'open' }]);
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
    await expectAsBefore('reviewed', before);
    expect(unseen(['GitHubWrites.updatePullRequest'], changesOf(world, 'reviewed'))).toEqual([]);
  });

  test('with an earlier release branch found, it puts that back', async () => {
    const files = { 'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n- Greets.\n\n## 1.0.0\n\n- Is there.\n' };
    await world.addProject('found', { change: failing, files });
    gitOn(world, 'found', 'update-ref', 'refs/heads/release/v1.1.0', 'develop');
    const before = refsOf(world, 'found');
    const run = await service.release('found');
    await run.blocked('test.gate.imports');
    expect(refsOf(world, 'found')).not.toEqual(before);
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
    await expectAsBefore('found', before);
  });

  test('between the merge and the first file, it removes the tag and opens a pull request that reverts', async () => {
    const { run, before } = await started('merged', { change: indexBy('SPOILT_TOKEN') });
    credential('SPOILT_TOKEN', 'pypi-nobody-knows-it');
    await run.signOff();
    expect((await run.blocked('release.index')).problem).toMatchObject({ code: 'credential-refused' });
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });

    const refs = refsOf(world, 'merged').join('\n');
    expect(refs).not.toContain('refs/tags/v1.1.0');
    expect(refs).toContain('refs/heads/revert/v1.1.0');
    expect((await pullsOf(world, 'merged')).filter(({ state }) => state === 'open')).toMatchObject([
      { title: 'Revert "Release v1.1.0"' },
    ]);
    const main = before.find((line) => line.startsWith('refs/heads/main '))!.split(' ')[1]!;
    expect(gitOn(world, 'merged', 'diff', '--stat', main, 'refs/heads/revert/v1.1.0', '--', 'pyproject.toml')).toBe('');
    expect(await filesOn(world, 'index', 'merged')).toEqual([]);
    expect(await releasesOf(world, 'merged')).toEqual([]);
  });

  test('with a draft made and nothing on the index, it deletes the draft as well', async () => {
    const change = { ...indexBy('PYPI_TOKEN'), stages: { stable: { index: false } } } as NonNullable<
      ProjectWish['change']
    >;
    const target = /^acme\/drafted /;
    const done = world.journal.fault({
      server: 'github',
      action: 'publish-release',
      target,
      when: 'before',
      status: 422,
    });
    const { run } = await started('drafted', { change });
    await run.signOff();
    await run.blocked('publish.github-release');
    expect(await releasesOf(world, 'drafted')).toMatchObject([{ draft: true }]);
    done();
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'withdrawn' });
    expect(await releasesOf(world, 'drafted')).toEqual([]);
    expect(refsOf(world, 'drafted').join()).not.toContain('refs/tags/v1.1.0');
    expect(unseen(['GitHubWrites.deleteRelease'], changesOf(world, 'drafted'))).toEqual([]);
  });

  test('after the first file, nothing is taken back: the run is abandoned and says what stands', async () => {
    const target = /^acme\/standing /;
    const done = world.journal.fault({
      server: 'github',
      action: 'create-release',
      target,
      when: 'before',
      status: 422,
    });
    const { run } = await started('standing', { change: indexBy('PYPI_TOKEN') });
    await run.signOff();
    await run.blocked('publish.github-release');
    const before = refsOf(world, 'standing');
    done();
    await run.abort();
    const ended = await run.result();
    expect(ended).toMatchObject({ outcome: 'abandoned', undone: [] });
    expect(ended.notUndone.join()).toContain('release.index');
    expect(refsOf(world, 'standing')).toEqual(before);
    expect(await filesOn(world, 'index', 'standing')).toHaveLength(2);

    const again = await service.release('standing');
    expect((await again.blocked('prepare.preflight')).problem).toMatchObject({ code: 'preflight-failed' });
  });
});
