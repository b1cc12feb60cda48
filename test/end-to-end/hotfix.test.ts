import { describe, expect, test } from 'vitest';
import { workAtDesk } from '../support/desk.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { changesOf, filesOn, gitOn, pullsOf, refsOf, releasesOf } from '../support/outside.ts';
import type { Service } from '../support/service.ts';
import type { World } from '../support/world.ts';

let world: World;
let service: Service;

inOneWorld((...opened) => {
  [world, service] = opened;
});

const pushed = (project: string, work: Parameters<typeof workAtDesk>[2]) => workAtDesk(world, project, work);
const branchesOf = (project: string) =>
  refsOf(world, project).map((line) => line.split(' ')[0]!.replace('refs/heads/', ''));
const show = (project: string, what: string) => gitOn(world, project, 'show', what);
const has = (project: string, branch: string, sha: string) =>
  gitOn(world, project, 'branch', '--contains', sha, '--format=%(refname:short)').split('\n').includes(branch);

describe.concurrent('hotfix', { timeout: WITHIN_MS }, () => {
  test('a fix that a person pushes is released, and main and develop have it; the branch is gone', async () => {
    await world.addProject('pushed', {});
    const run = await service.hotfix('pushed', { version: '1.0.1', title: 'no crash on empty input', issue: 5 });
    await run.until(({ waitingFor }) => waitingFor.some(({ step }) => step === 'prepare.fix'));
    const fix = pushed('pushed', { from: 'hotfix/v1.0.1', to: 'hotfix/v1.0.1', files: { 'fixed.txt': 'yes\n' } });
    await run.signOff();
    expect(await run.result()).toMatchObject({ outcome: 'released' });

    expect(changesOf(world, 'pushed').filter((change) => !change.includes('asset'))).toEqual([
      'git push sample refs/heads/develop',
      'git push sample refs/heads/hotfix/v1.0.1',
      'git push sample refs/heads/hotfix/v1.0.1',
      'git push sample refs/heads/hotfix/v1.0.1',
      'git push sample refs/heads/main',
      'git push sample refs/tags/v1.0.1',
      'github create-release sample v1.0.1',
      'github publish-release sample v1.0.1',
      'index upload sample-1.0.1-py3-none-any.whl',
      'index upload sample-1.0.1.tar.gz',
    ]);
    expect(branchesOf('pushed')).not.toContain('hotfix/v1.0.1');
    expect([has('pushed', 'main', fix), has('pushed', 'develop', fix)]).toEqual([true, true]);
    expect(show('pushed', 'v1.0.1')).toContain('Hotfix version 1.0.1');
    expect(gitOn(world, 'pushed', 'log', '-1', '--format=%s', 'v1.0.1')).toBe(
      'fix: no crash on empty input (fixes #5)\n',
    );
    expect(show('pushed', 'main:src/pushed/__init__.py')).toContain('__version__ = "1.0.1"');
    expect(await releasesOf(world, 'pushed')).toMatchObject([{ name: expect.stringMatching(/ v1\.0\.1 \(Hotfix\)$/) }]);
  });

  test('on an older line a commit of the newer one is picked, and the newer one stays the latest', async () => {
    await world.addProject('older', {});
    const newer = pushed('older', { from: 'main', to: 'main', files: { 'fixed.txt': 'yes\n' } });
    gitOn(world, 'older', 'tag', '--annotate', '--message', 'two', 'v2.0.0', 'main');
    const run = await service.hotfix('older', {
      ...{ version: '1.0.1', title: 'no crash', base: 'v1.0.0', commits: [newer] },
    });
    await run.signOff();
    await run.decide(await run.blocked('publish.merge-main'), 'skip');
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    expect((await filesOn(world, 'index', 'older')).map(({ name }) => name)).toContain('older-1.0.1.tar.gz');
    expect(gitOn(world, 'older', 'rev-parse', 'main').trim()).toBe(newer);
    expect(show('older', 'v1.0.1:fixed.txt')).toBe('yes\n');
    expect(gitOn(world, 'older', 'log', '-1', '--format=%B', 'v1.0.1~1')).toContain(
      `cherry picked from commit ${newer}`,
    );
  });

  test('a conflict with develop becomes a pull request, and the run ends once people merged it', async () => {
    await world.addProject('clash', { files: { 'both.txt': 'as it was\n' } });
    pushed('clash', { from: 'develop', to: 'develop', files: { 'both.txt': 'as develop wants it\n' } });
    const run = await service.hotfix('clash', { version: '1.0.1', title: 'no crash' });
    await run.until(({ waitingFor }) => waitingFor.some(({ step }) => step === 'prepare.fix'));
    pushed('clash', { from: 'hotfix/v1.0.1', to: 'hotfix/v1.0.1', files: { 'both.txt': 'as the fix wants it\n' } });
    await run.signOff();
    const waiting = await run.until(({ waitingFor }) => waitingFor.some(({ step }) => step === 'publish.merge-back'));
    expect(waiting.steps.find(({ id }) => id === 'publish.merge-main')).toMatchObject({ status: 'done' });
    expect(await pullsOf(world, 'clash')).toMatchObject([{ title: 'Merge v1.0.1 back into develop', state: 'open' }]);

    const resolved = { 'both.txt': 'as both want it\n', 'CHANGELOG.md': show('clash', 'main:CHANGELOG.md') };
    pushed('clash', { from: 'main', to: 'merge-back/v1.0.1', files: resolved });
    const merge = gitOn(
      ...([world, 'clash', 'commit-tree', '-p', 'develop', '-p', 'merge-back/v1.0.1', '-m', 'Merge'] as const),
      gitOn(world, 'clash', 'rev-parse', 'merge-back/v1.0.1^{tree}').trim(),
    ).trim();
    gitOn(world, 'clash', 'update-ref', 'refs/heads/develop', merge);
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    expect(branchesOf('clash')).not.toContain('hotfix/v1.0.1');
  });
});
