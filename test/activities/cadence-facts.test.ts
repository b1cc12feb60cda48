import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { knownTags } from '../../src/activities/known-tags.ts';
import { cadenceFacts } from '../../src/activities/publish/cadence-facts.ts';
import { createGitLocal } from '../../src/clients/git/local.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';

const git = createGitLocal();
let repository: ScratchRepository;
afterEach(() => rmSync(repository.folder, { recursive: true }));

async function facts() {
  const { folder } = repository;
  const base = repository.git('rev-parse', 'main').trim();
  const names = repository.git('tag').split('\n').filter(Boolean);
  const form = 'v{version}';
  return cadenceFacts(git, { folder, base, form, tags: await knownTags(git, { folder, commit: base, names, form }) });
}

test('cadence: what is new counts from the last pre-release, although its tag is on a branch of its own', async () => {
  repository = new ScratchRepository().commit('feat: one').tag('v1.0.0').commit('feat: two').tag('v1.1.0');
  repository.commit('fix: three').git('checkout', '--quiet', '-b', 'release/v1.2.0');
  repository.commit('chore: bump version to 1.2.0-alpha.1').tag('v1.2.0-alpha.1').git('checkout', '--quiet', 'main');
  expect(await facts()).toMatchObject({
    newest: { version: '1.2.0-alpha.1', at: '2026-01-05T00:00:00.000Z' },
    fresh: { bump: 'none', reasons: ['no commits since the last version'] },
    minor: { version: '1.1.0', at: '2026-01-03T00:00:00.000Z' },
    major: { version: '1.0.0', at: '2026-01-02T00:00:00.000Z' },
  });
  repository.commit('docs: four');
  expect((await facts()).fresh.bump).toBe('none');
  repository.commit('feat: five');
  expect((await facts()).fresh).toEqual({ bump: 'minor', reasons: ['feat: five'] });
});

test('cadence: where nothing is tagged there is nothing to count from', async () => {
  repository = new ScratchRepository().commit('feat: one');
  expect(await facts()).toMatchObject({ newest: null, minor: null, major: null, fresh: { bump: 'minor' } });
});
