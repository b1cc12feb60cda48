import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ByHand } from '../support/by-hand.ts';
import {
  BESIDE,
  changesOf,
  changesOfRelease,
  filesOn,
  gitOn,
  isBeside,
  pullsOf,
  RECORD,
  refsOf,
  releasesOf,
} from '../support/outside.ts';
import { type Files, sampleFiles } from '../support/release-sample.ts';
import type { ReleaseRun, Service } from '../support/service.ts';
import { type ProjectWish, World } from '../support/world.ts';

const WITHIN_MS = 600_000;
vi.setConfig({ maxConcurrency: 2 });

let world: World;
let service: Service;
const people: ByHand[] = [];

beforeAll(async () => {
  world = await World.open();
  service = await world.service();
  await service.begin('build', 'publish');
}, WITHIN_MS);

afterAll(async () => {
  for (const one of people) one.dispose();
  await world?.close();
});

const [WHEEL, SDIST] = ['sample-1.1.0-py3-none-any.whl', 'sample-1.1.0.tar.gz'];
const uploaded = (...files: string[]) => files.map((file) => `index upload ${file}`);
const attached = (...files: string[]) => files.map((file) => `github upload-asset sample v1.1.0 ${file}`);
const RELEASED = [
  'github create-release sample v1.1.0',
  ...attached(WHEEL, SDIST, ...BESIDE),
  'github publish-release sample v1.1.0',
];
/** What every release ends with. */
const AFTERWARDS = ['git push sample refs/heads/develop', ...attached(...RECORD)];

function bumped(project: string, files: Files = {}): Files {
  return {
    ...sampleFiles(project, '1.1.0'),
    'CHANGELOG.md': '# Changelog\n\n## 1.1.0\n\n- Greets everybody.\n\n## 1.0.0\n\n- Greets.\n',
    ...files,
  };
}

/** As a person leaves it who bumped the version on main and tagged it. */
async function tagged(project: string, wish: ProjectWish = {}): Promise<ByHand> {
  await world.addProject(project, wish);
  const person = new ByHand(world, project);
  people.push(person);
  await person.cloned();
  await person.tag('v1.1.0', await person.mergeAndBump(bumped(project, wish.files)));
  return person;
}

/** What the run changed, and nothing that a person did before. */
async function adopted(project: string): Promise<{ run: ReleaseRun; changes: string[] }> {
  const before = changesOf(world, project);
  const run = await service.release(project, { adopt: true });
  await run.signOff();
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  return { run, changes: without(changesOf(world, project), before) };
}

function without(all: readonly string[], earlier: readonly string[]): string[] {
  const left = [...all];
  for (const one of earlier) left.splice(left.indexOf(one), 1);
  return left;
}

async function stepsOf(run: ReleaseRun): Promise<Record<string, string>> {
  return Object.fromEntries((await run.state()).steps.map(({ id, status }) => [id, status]));
}

/** One set of bytes everywhere: the manifest's, on the index and on GitHub. */
async function expectOneSetOfFiles(project: string, run: ReleaseRun) {
  const { manifest } = await run.state();
  const wanted = manifest!.files.map(({ name, digest }) => ({ name, digest })).toSorted(byName);
  expect((await filesOn(world, 'index', project)).toSorted(byName)).toEqual(wanted);
  const [release] = await releasesOf(world, project);
  expect(release).toMatchObject({ draft: false, tag_name: 'v1.1.0' });
  const files = release!.assets.filter(({ name }) => !RECORD.includes(name) && !isBeside(name));
  expect(files.map(({ name, digest }) => ({ name, digest })).toSorted(byName)).toEqual(wanted);
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

describe.concurrent('adopt finishes', { timeout: WITHIN_MS }, () => {
  test('a tag and nothing else: no branch, commit, pull request or tag is made', async () => {
    await tagged('tagonly');
    const refs = refsOf(world, 'tagonly').filter((line) => !line.includes('develop'));
    const { run, changes } = await adopted('tagonly');
    expect(changes).toEqual([...uploaded(WHEEL, SDIST), ...RELEASED, ...AFTERWARDS].toSorted());
    expect(refsOf(world, 'tagonly').filter((line) => !line.includes('develop'))).toEqual(refs);
    expect(await pullsOf(world, 'tagonly')).toEqual([]);
    expect(await stepsOf(run)).toMatchObject({
      'release.merge': 'adopted',
      'release.tag': 'adopted',
      'release.index': 'done',
    });
    const [release] = await releasesOf(world, 'tagonly');
    expect((release as unknown as { body: string }).body).toContain('Greets everybody.');
    await expectOneSetOfFiles('tagonly', run);
  });

  test('a wheel without its sdist: the wheel of the other machine ships, whose clock it has', async () => {
    const person = await tagged('wheelonly');
    await person.upload((await person.build()).wheel);
    const { run, changes } = await adopted('wheelonly');
    expect(changes).toEqual([...uploaded(SDIST), ...RELEASED, ...AFTERWARDS].toSorted());
    expect(await stepsOf(run)).toMatchObject({ 'test.adopt': 'adopted' });
    await expectOneSetOfFiles('wheelonly', run);
  });

  test('an sdist of setuptools, which writes the time of its making: the same contents are no contradiction', async () => {
    const pyproject =
      '[build-system]\nrequires = ["setuptools>=70"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "clocks"\nversion = "1.1.0"\nreadme = "README.md"\n';
    const old = { 'pyproject.toml': pyproject.replace('1.1.0', '1.0.0') };
    await world.addProject('clocks', { files: old });
    const person = new ByHand(world, 'clocks');
    people.push(person);
    await person.cloned();
    await person.tag('v1.1.0', await person.mergeAndBump(bumped('clocks', { 'pyproject.toml': pyproject })));
    await person.upload((await person.build()).sdist);
    const { run, changes } = await adopted('clocks');
    expect(changes).toEqual([...uploaded(WHEEL), ...RELEASED, ...AFTERWARDS].toSorted());
    await expectOneSetOfFiles('clocks', run);
  });

  test('all files and no GitHub release', async () => {
    const person = await tagged('allfiles');
    const { wheel, sdist } = await person.build();
    await person.upload(wheel, sdist);
    const { run, changes } = await adopted('allfiles');
    expect(changes).toEqual([...RELEASED, ...AFTERWARDS].toSorted());
    expect(await stepsOf(run)).toMatchObject({ 'release.index': 'adopted' });
    await expectOneSetOfFiles('allfiles', run);
  });

  test('a draft left over with one file and one upload that broke off: the broken one is replaced, its words stay', async () => {
    const person = await tagged('drafted');
    const { wheel, sdist } = await person.build();
    await person.upload(wheel, sdist);
    const draft = await person.draft('v1.1.0');
    await person.attach(draft, basename(wheel), wheel);
    await person.attachBroken(draft, basename(sdist));
    await vi.waitFor(() => expect(changesOf(world, 'drafted').join()).toContain('break-off-asset'));
    const { run, changes } = await adopted('drafted');
    expect(changes).toEqual(
      [
        `github delete-asset sample v1.1.0 ${SDIST}`,
        ...attached(SDIST, ...BESIDE),
        'github publish-release sample v1.1.0',
        ...AFTERWARDS,
      ].toSorted(),
    );
    expect(await releasesOf(world, 'drafted')).toMatchObject([
      { id: draft.id, name: 'By hand', body: 'Written by a person.' },
    ]);
    await expectOneSetOfFiles('drafted', run);
  });

  test('a draft with the files and nothing on the index: its bytes go to the index', async () => {
    const person = await tagged('fromdraft');
    const { wheel, sdist } = await person.build();
    const draft = await person.draft('v1.1.0');
    await person.attach(draft, basename(wheel), wheel);
    await person.attach(draft, basename(sdist), sdist);
    const { run, changes } = await adopted('fromdraft');
    expect(changes).toEqual(
      [
        ...uploaded(WHEEL, SDIST),
        ...attached(...BESIDE),
        'github publish-release sample v1.1.0',
        ...AFTERWARDS,
      ].toSorted(),
    );
    await expectOneSetOfFiles('fromdraft', run);
  });

  test('a merge that never came back to develop, and nothing but that', async () => {
    const person = await tagged('unmerged');
    const { wheel, sdist } = await person.build();
    await person.upload(wheel, sdist);
    const draft = await person.draft('v1.1.0', { draft: false });
    await person.attach(draft, basename(wheel), wheel);
    await person.attach(draft, basename(sdist), sdist);
    const { changes } = await adopted('unmerged');
    expect(changes).toEqual(AFTERWARDS.toSorted());
    expect(gitOn(world, 'unmerged', 'show', 'develop:pyproject.toml')).toContain('1.1.0');
    const again = await service.release('unmerged', { adopt: true });
    expect((await again.blocked('prepare.preflight')).problem).toMatchObject({ code: 'nothing-to-adopt' });
    await again.abort();
    await again.result();
  });

  test('a tag on a release branch that was never merged: main gets it by a pull request, and the tag stays', async () => {
    await world.addProject('branched');
    const person = new ByHand(world, 'branched');
    people.push(person);
    await person.cloned();
    const commit = await person.commit('release/v1.1.0', 'chore: release 1.1.0', bumped('branched'), 'origin/develop');
    await person.git('push', '--quiet', 'origin', 'release/v1.1.0');
    await person.tag('v1.1.0', commit);
    const { run, changes } = await adopted('branched');
    const { 'git push sample refs/heads/release/v1.1.0': _branch, ...expected } = Object.fromEntries(
      changesOfRelease(world).map((change) => [change, true]),
    );
    delete expected['git push sample refs/tags/v1.1.0'];
    expect(changes).toEqual(Object.keys(expected).toSorted());
    expect(gitOn(world, 'branched', 'rev-parse', 'v1.1.0^{commit}').trim()).toBe(commit);
    await expectOneSetOfFiles('branched', run);
  });

  test('what a run of Slipway had to abandon', async () => {
    await world.addProject('abandoned');
    const mend = world.journal.fault({
      server: 'github',
      action: 'create-release',
      target: /abandoned/,
      when: 'before',
      status: 422,
    });
    const first = await service.release('abandoned');
    await first.signOff();
    await first.blocked('publish.github-release');
    await first.abort();
    expect(await first.result()).toMatchObject({ outcome: 'abandoned' });
    mend();
    const { run, changes } = await adopted('abandoned');
    expect(changes).toEqual([...RELEASED, ...AFTERWARDS].toSorted());
    await expectOneSetOfFiles('abandoned', run);
  });
});

describe.concurrent('adopt leaves everything as it is', { timeout: WITHIN_MS }, () => {
  /** Blocked with these faults, and nothing changed, the abort included. */
  async function refused(project: string, step: string, faults: RegExp[]) {
    const before = changesOf(world, project);
    const run = await service.release(project, { adopt: true });
    const { problem } = await run.blocked(step);
    expect(problem?.code).toBe('adopt-contradiction');
    expect(problem?.faults).toEqual(faults.map((fault) => expect.stringMatching(fault)));
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'withdrawn', undone: [], notUndone: [] });
    expect(changesOf(world, project)).toEqual(before);
  }

  test('where the tag is on another commit than the one that says the version', async () => {
    await world.addProject('elsewhere');
    const person = await new ByHand(world, 'elsewhere').cloned();
    people.push(person);
    const right = await person.mergeAndBump(bumped('elsewhere'));
    await person.tag('v1.1.0', 'v1.0.0^{}');
    await refused('elsewhere', 'prepare.preflight', [
      new RegExp(`files say 1\\.0\\.0; main says 1\\.1\\.0 since ${right.slice(0, 12)}\\. .*set it on`),
    ]);
  });

  test('where a module of the uploaded wheel is not the tagged one', async () => {
    const person = await tagged('changed');
    person.write({ 'src/changed/__init__.py': '"""Changed in haste."""\n\n__version__ = "1.1.0"\n' });
    await person.upload((await person.build()).wheel);
    await refused('changed', 'test.adopt', [
      /changed-1\.1\.0-py3-none-any\.whl on pypi is not what .*changed\/__init__\.py differs/,
    ]);
  });

  test('where files are out and no tag says which commit they are from', async () => {
    await world.addProject('untagged');
    const person = await new ByHand(world, 'untagged').cloned();
    people.push(person);
    const commit = await person.mergeAndBump(bumped('untagged'));
    await person.upload((await person.build()).wheel);
    await refused('untagged', 'prepare.preflight', [
      new RegExp(`no tag v1\\.1\\.0; .*git tag -a v1\\.1\\.0 ${commit}`),
    ]);
  });

  test('and once the tag is set as it says, the same run goes on', async () => {
    await world.addProject('tagslater');
    const person = await new ByHand(world, 'tagslater').cloned();
    people.push(person);
    const commit = await person.mergeAndBump(bumped('tagslater'));
    await person.upload((await person.build()).wheel);
    const run = await service.release('tagslater', { adopt: true });
    const step = await run.blocked('prepare.preflight');
    await person.tag('v1.1.0', commit);
    await run.decide(step, 'retry');
    await run.signOff();
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    await expectOneSetOfFiles('tagslater', run);
  });

  test('where several things contradict, all of them are named', async () => {
    await world.addProject('several');
    const person = await new ByHand(world, 'several').cloned();
    people.push(person);
    const side = await person.commit('side', 'feat: aside', { 'aside.txt': 'aside\n' }, 'origin/main');
    await person.tag('v1.1.0', side);
    person.write(bumped('several'));
    const { wheel } = await person.build();
    await person.upload(wheel);
    const draft = await person.draft('v1.1.0');
    person.write({ 'src/several/__init__.py': '"""Other bytes."""\n\n__version__ = "1.1.0"\n' });
    await person.attach(draft, basename(wheel), (await person.build()).wheel);
    await person.git('checkout', '--quiet', '--force', 'main');
    await refused('several', 'prepare.preflight', [
      /neither main/,
      /files say 1\.0\.0/,
      /on pypi and sha256:\w+ on the GitHub draft/,
    ]);
  });

  test('a dry run says what is there and what would be done', async () => {
    const person = await tagged('planned');
    await person.upload((await person.build()).wheel);
    const before = changesOf(world, 'planned');
    const run = await service.release('planned', { adopt: true, dryRun: true });
    expect(await run.result()).toMatchObject({ outcome: 'planned' });
    expect((await run.state()).plan).toMatchObject({
      there: [
        expect.stringMatching(/^the tag v1\.1\.0/),
        'what is tagged on main',
        'planned-1.1.0-py3-none-any.whl on pypi',
      ],
      effects: [
        'wait for the sign-offs of releaser',
        'upload planned-1.1.0.tar.gz to pypi',
        expect.stringMatching(/^publish the GitHub release v1\.1\.0/),
        'merge main back into develop',
      ],
    });
    expect(changesOf(world, 'planned')).toEqual(before);
  });

  test('an abort at the sign-offs takes nothing back that it did not do', async () => {
    const person = await tagged('aborted');
    await person.draft('v1.1.0');
    const before = changesOf(world, 'aborted');
    const run = await service.release('aborted', { adopt: true });
    await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'sign-off'));
    await run.abort();
    expect(await run.result()).toMatchObject({ outcome: 'withdrawn', undone: [] });
    expect(changesOf(world, 'aborted')).toEqual(before);
  });
});
