import { expect, test } from 'vitest';
import { knownTags } from '../../src/activities/known-tags.ts';

/** Tags by the commits that they are on, oldest first: a commit reaches those before it. */
function line(history: Readonly<Record<string, string>>) {
  const commits = [...new Set(Object.values(history))];
  return {
    tagsReachableFrom: async (_folder: string, commit: string) =>
      Object.entries(history)
        .filter(([, on]) => commits.indexOf(on) <= commits.indexOf(commit))
        .map(([tag, on]) => ({ tag, commit: on })),
  };
}

const asked = { folder: '/repository', commit: 'c3', form: 'v{version}' };

test('a tag says whether the last version holds it already', async () => {
  const git = line({ '1.0.0b0': 'c1', '0.28.1': 'c2', '0.29.0rc1': 'c3', '0.30.0': 'c4' });
  const names = ['1.0.0b0', '0.28.1', '0.29.0rc1', '0.30.0'];
  expect(await knownTags(git, { ...asked, names })).toEqual([
    { name: '1.0.0b0', reachable: true, inLast: true },
    { name: '0.28.1', reachable: true, inLast: true },
    { name: '0.29.0rc1', reachable: true, inLast: false },
    { name: '0.30.0', reachable: false, inLast: false },
  ]);
});

test('without a last version no tag is in it', async () => {
  const git = line({ v1: 'c1', '1.0.0rc1': 'c2' });
  expect(await knownTags(git, { ...asked, commit: 'c2', names: ['v1', '1.0.0rc1'] })).toEqual([
    { name: 'v1', reachable: true },
    { name: '1.0.0rc1', reachable: true },
  ]);
});
