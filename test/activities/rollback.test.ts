import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Approval } from '../../src/activities/index.ts';
import type { Project } from '../../src/domain/project.ts';
import type { RollbackFacts } from '../../src/domain/rollback.ts';
import { contextOf, Rehearsed } from '../support/rehearsed.ts';
import { sampleFiles } from '../support/release-sample.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';

let outside: Rehearsed;
let count = 0;

beforeAll(async () => {
  outside = await Rehearsed.open();
});
afterAll(() => outside?.close());

/** 1.0.0 and 1.1.0 are tagged on main; `published` ones are on the index. */
async function sample({
  published = ['1.0.0', '1.1.0'],
  tags = ['1.0.0', '1.1.0'],
  ...options
}: {
  published?: string[];
  tags?: string[];
  more?: string;
  github?: boolean;
  immutable?: boolean;
} = {}) {
  count += 1;
  const name = `sample${count}`;
  const source = new ScratchRepository();
  for (const version of tags) {
    source.write({ ...sampleFiles(name, version), [`feature-${version}.txt`]: version });
    source.commit(`feat: ${version}`).tag(`v${version}`);
  }
  const project = await outside.project(name, source, options);
  for (const version of published) await outside.upload(name, version);
  return { name, project, context: contextOf(project) };
}

function git(name: string, ...args: string[]): string {
  const cwd = outside.servers.github.repositoryPath('acme', name);
  return execFileSync('git', ['-c', 'user.name=Kim', '-c', 'user.email=kim@acme.example', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();
}

async function facts(project: Project): Promise<RollbackFacts> {
  return (await outside.activities.preflightRollback({ ...contextOf(project), tags: 'keep' })).facts;
}

const publishRelease = (name: string, tag: string, more: object = {}) =>
  outside.github<{ id: number }>(name, 'releases', 'POST', {
    tag_name: tag,
    name: tag,
    body: `Notes of ${tag}`,
    ...more,
  });
const latestOf = async (name: string) => (await outside.github<{ tag_name: string }>(name, 'releases/latest')).tag_name;

/** How much a second time changes. */
async function again<R>(act: () => Promise<R>): Promise<{ first: R; second: R; changes: number }> {
  const first = await act();
  const before = outside.changes();
  return { first, second: await act(), changes: outside.changes() - before };
}

describe('preflightRollback', () => {
  test('tells what is published, what was good, what comes next, and who may yank where', async () => {
    const { name, project } = await sample();
    expect(await facts(project)).toMatchObject({
      bad: { version: '1.1.0', tag: 'v1.1.0', commit: git(name, 'rev-parse', 'v1.1.0^{commit}') },
      good: { version: '1.0.0', commit: git(name, 'rev-parse', 'v1.0.0^{commit}') },
      rollForward: { version: '1.1.1' },
      manifest: { files: [{ name: `${name}-1.1.0-py3-none-any.whl` }, { name: `${name}-1.1.0.tar.gz` }] },
      yank: { page: outside.servers.index.manageUrl.replace('{name}', name), owners: ['rita'] },
    });
  });

  test('a version that is only tagged was never published; a GitHub release counts, and then there is nothing to yank', async () => {
    const { name, project, context } = await sample({ published: [] });
    const looking = outside.activities.preflightRollback({ ...context, tags: 'keep' });
    await expect(looking).rejects.toMatchObject({ type: 'not-published' });
    await publishRelease(name, 'v1.1.0');
    expect(await facts(project)).toMatchObject({ yank: null, manifest: { files: [] } });
  });

  test('a version that is rolled back is not rolled back again', async () => {
    const { name, context } = await sample();
    await outside.archive.putRun({
      ...{ id: `rollback:${name}:1.1.0`, runId: 'r', version: '1.1.0', outcome: 'rolled-back' },
    });
    const looking = outside.activities.preflightRollback({ ...context, tags: 'keep' });
    await expect(looking).rejects.toMatchObject({ type: 'rolled-back-already' });
  });

  test('the last good one is neither yanked nor rolled back', async () => {
    const tags = ['0.8.0', '0.9.0', '1.0.0', '1.1.0'];
    const { name, project } = await sample({ tags, published: tags });
    await (await outside.owner(name)).confirm('yank', {}, '1.0.0');
    expect((await facts(project)).good?.version).toBe('0.9.0');
    await outside.archive.putRun({
      ...{ id: `rollback:${name}:0.9.0`, runId: 'r', version: '0.9.0', outcome: 'rolled-back' },
    });
    expect((await facts(project)).good?.version).toBe('0.8.0');
  });

  test('a version that an open run has claimed is not taken, nor one that is better already', async () => {
    const { name, project, context } = await sample();
    await outside.archive.putRun({ id: `release:${name}:1.1.1`, runId: 'r', version: '1.1.1' });
    expect((await facts(project)).rollForward).toEqual({ version: '1.1.2' });
    await outside.upload(name, '1.1.1');
    const { good } = await facts(project);
    const { plan } = await outside.activities.planRollForward({ ...context, good });
    expect(plan).toEqual({ none: expect.stringContaining('1.1.1') });
  });

  test('a roll-forward of this very version that is under way is not begun twice', async () => {
    const { name, project } = await sample();
    const request = { rollForward: { bad: { version: '1.1.0' } } };
    await outside.archive.putRun({
      ...{ id: `rollback:${name}:1.1.0`, runId: 'r', version: '1.1.0', request: { rollForward: 'yes' } },
    });
    expect((await facts(project)).rollForward).toEqual({ version: '1.1.1' });
    await outside.archive.putRun({ id: `release:${name}:1.1.1`, runId: 'r', version: '1.1.1', request });
    expect((await facts(project)).rollForward).toEqual({ none: `release:${name}:1.1.1 is under way already` });
  });

  test('retag is refused where its name is taken, and where the bad release is immutable', async () => {
    const tags = ['1.0.0', '1.0.1-rc.1', '1.1.0'];
    const { name, context } = await sample({ tags, published: ['1.0.0', '1.0.1', '1.1.0'], immutable: true });
    await publishRelease(name, 'v1.1.0');
    const looking = outside.activities.preflightRollback({ ...context, tags: 'retag' });
    await expect(looking).rejects.toMatchObject({
      type: 'preflight-failed',
      message: expect.stringMatching(/immutable.*the index has it/),
    });
  });
});

describe('the urgent issue', () => {
  test('is opened once, and closed with what became of it', async () => {
    const { name, context, project } = await sample();
    const given = { ...context, facts: await facts(project) };
    const { first, second, changes } = await again(() => outside.activities.ensureUrgentIssue(given));
    expect([second.number, second.adopted, changes]).toEqual([first.number, true, 0]);
    const closing = { ...context, number: first.number, ending: 'it is yanked' };
    expect((await again(() => outside.activities.ensureUrgentIssueClosed(closing))).changes).toBe(0);
    expect(await outside.github(name, `issues/${first.number}`)).toMatchObject({
      ...{ state: 'closed', title: 'URGENT: v1.1.0 Issue' },
      body: expect.stringMatching(/loses data[\s\S]*==1\.0\.0[\s\S]*How it ended:\*\* it is yanked/),
    });
  });

  test('of a rollback that is withdrawn is closed by its undoing', async () => {
    const { name, context, project } = await sample();
    const { number } = await outside.activities.ensureUrgentIssue({ ...context, facts: await facts(project) });
    const entry = { kind: 'issue', tag: 'v1.1.0' } as const;
    expect(await outside.activities.undo({ ...context, entry })).toMatchObject({ undone: true });
    expect(await outside.github(name, `issues/${number}`)).toMatchObject({
      ...{ state: 'closed', body: expect.stringContaining('withdrawn') },
    });
  });
});

describe('the yank', () => {
  test('is waited for until every file says so, and seen when it is taken back', async () => {
    const { name, context, project } = await sample();
    const { files } = (await facts(project)).manifest;
    await expect(outside.activities.awaitYanked({ ...context, files })).rejects.toMatchObject({ type: 'not-yet' });
    const rita = await outside.owner(name);
    await rita.confirm('yank', { yanked_reason: 'loses data' }, '1.1.0');
    expect((await outside.activities.awaitYanked({ ...context, files })).summary).toBe(
      '2 of 2 files yanked: "loses data"',
    );
    expect((await outside.activities.lookAtYank({ ...context, files })).back).toEqual([]);
    await rita.confirm('unyank', {}, '1.1.0');
    expect((await outside.activities.lookAtYank({ ...context, files })).back).toHaveLength(2);
  });

  test('counts as well where the version was deleted instead, and says so', async () => {
    const { name, context, project } = await sample();
    const { files } = (await facts(project)).manifest;
    await (await outside.owner(name)).confirm('delete', {}, '1.1.0');
    expect((await outside.activities.awaitYanked({ ...context, files })).summary).toContain(
      'deleted instead of yanked',
    );
  });
});

describe('demoting', () => {
  test('the GitHub release warns once on top of its notes, and the good one is the latest', async () => {
    const { name, context, project } = await sample();
    await publishRelease(name, 'v1.0.0');
    const { id } = await publishRelease(name, 'v1.1.0');
    const given = { ...context, facts: await facts(project) };
    const { first, second, changes } = await again(() => outside.activities.ensureReleaseDemoted(given));
    expect([first.summary, second.adopted, changes]).toEqual(['v1.1.0 warns; the latest is v1.0.0', true, 0]);
    const { body } = await outside.github<{ body: string }>(name, `releases/${id}`);
    expect(body).toMatch(/^> \[!WARNING\]\n> \*\*v1\.1\.0 is rolled back:\*\* loses data[\s\S]*Notes of v1\.1\.0$/);
    expect(await latestOf(name)).toBe('v1.0.0');
  });

  test('an immutable release warns as well, and what came forward since stays the latest', async () => {
    const { name, context, project } = await sample({ tags: ['1.0.0', '1.1.0', '1.1.1'], immutable: true });
    for (const tag of ['v1.0.0', 'v1.1.0', 'v1.1.1']) await publishRelease(name, tag);
    await outside.activities.ensureReleaseDemoted({ ...context, facts: await facts(project) });
    expect(await latestOf(name)).toBe('v1.1.1');
  });

  test('docs: the good version’s frozen folder again, unless later ones are shown or no record has it', async () => {
    const more = 'publish: { docs: { build: "true", dir: site, branch: gh-pages } }\n';
    const { name, context, project } = await sample({ more });
    const good = (await facts(project)).good!;
    const demote = () => outside.activities.ensureDocsDemoted({ ...context, good });
    expect(await demote()).toMatchObject({ omitted: true, summary: expect.stringContaining('no record') });

    const site = async (version: string) => (await outside.store.put('docs-site.tar', tarOf(version))) as never;
    const old = await site('1.0.0');
    await outside.archive.putRun({
      ...{ id: `release:${name}:1.0.0`, runId: 'r', version: '1.0.0', outcome: 'released' },
      manifest: { digest: 'x', files: [], extras: [old] },
    });
    const bad = { ...context, commit: good.commit, site: await site('1.1.0') };
    await outside.activities.ensureDocsPublished(bad);
    const { changes } = await again(demote);
    expect([git(name, 'show', 'gh-pages:index.html'), changes]).toEqual(['1.0.0', 0]);

    await outside.activities.ensureDocsPublished({ ...bad, version: '1.1.1', site: await site('1.1.1') });
    expect(await demote()).toMatchObject({ omitted: true, summary: 'gh-pages shows the docs of v1.1.1, which stay' });
    expect(git(name, 'show', 'gh-pages:index.html')).toBe('1.1.1');
  });
});

describe('tags moved to the letter', () => {
  async function retagging(signed = true) {
    const { name, context, project } = await sample();
    const found = await facts(project);
    const { commit } = found.bad;
    const manifest = found.manifest.digest;
    const signOffs = [{ role: 'releaser', decision: 'approve', by: 'rita', at: '', commit, manifest }] as const;
    const approval: Approval = { startedBy: 'rita', commit, manifest, signOffs: signed ? signOffs : [] };
    return { name, found, act: () => outside.activities.ensureRetagged({ ...context, facts: found, approval }) };
  }

  test('the bad tag goes and the good commit is tagged anew, once', async () => {
    const { name, found, act } = await retagging();
    const { second, changes } = await again(act);
    expect([second.adopted, changes]).toEqual([true, 0]);
    expect(git(name, 'tag', '--list').split('\n')).toEqual(['v1.0.0', 'v1.0.1']);
    expect(git(name, 'rev-parse', 'v1.0.1^{commit}')).toBe(found.good?.commit);
    expect(git(name, 'for-each-ref', '--format=%(contents:subject)', 'refs/tags/v1.0.1')).toBe(
      'Rollback to stable version',
    );
  });

  test('nothing moves without the sign-offs, nor where the tags changed since', async () => {
    const unsigned = await retagging(false);
    await expect(unsigned.act()).rejects.toMatchObject({ type: 'sign-offs-missing' });
    const { name, act } = await retagging();
    git(name, 'tag', 'v1.0.1', 'main');
    await expect(act()).rejects.toMatchObject({ type: 'retag-refused' });
    expect(git(name, 'tag', '--list')).toContain('v1.1.0');
  });
});

describe('rollbacks as others see them', () => {
  test('none, open, rolled back, or ended otherwise', async () => {
    const of = { project: 'told', version: '1.1.0' };
    const id = 'rollback:told:1.1.0';
    const status = async () => (await outside.activities.rollbackOf(of)).status;
    expect(await status()).toBe('none');
    outside.executions.open.add(id);
    expect(await status()).toBe('open');
    await outside.archive.putRun({ id, runId: 'r1', startedAt: '1', outcome: 'withdrawn' });
    expect(await status()).toBe('ended-otherwise');
    await outside.archive.putRun({ id, runId: 'r2', startedAt: '2', outcome: 'rolled-back' });
    expect(await status()).toBe('rolled-back');
  });

  test('started by policy once: an open one is adopted', async () => {
    const asked = { project: 'told', version: '2.0.0', reason: 'errors', startedBy: 'rita' };
    const given = { ...asked, rollForward: 'ask', tags: 'keep' } as const;
    expect(await outside.activities.ensureRollbackStarted(given)).toMatchObject({ adopted: false });
    expect(await outside.activities.ensureRollbackStarted(given)).toMatchObject({ adopted: true });
    expect(outside.executions.starts).toMatchObject([
      {
        ...{ workflowType: 'rollback', workflowId: 'rollback:told:2.0.0', request: { schema: 1, ...given } },
        attributes: { SlipwayKind: 'rollback', SlipwayProject: 'told' },
      },
    ]);
  });
});

/** A tar with one page in it. */
function tarOf(text: string): Buffer {
  const script = `import io, sys, tarfile
data = ${JSON.stringify(text)}.encode()
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w") as tar:
    info = tarfile.TarInfo("index.html"); info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
sys.stdout.buffer.write(out.getvalue())`;
  return execFileSync('python3', ['-c', script]);
}
