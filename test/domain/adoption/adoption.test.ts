import { describe, expect, test } from 'vitest';
import { adoptionOf, chosenRelease, compareWithOutside } from '../../../src/domain/adoption/adoption.ts';
import type { OutsideFacts, OutsideFile, OutsideRelease } from '../../../src/domain/adoption/facts.ts';

const TAGGED = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const WHEEL: OutsideFile = { filename: 'sample-1.1.0-py3-none-any.whl', sha256: '1'.repeat(64), yanked: false };
const SDIST: OutsideFile = { filename: 'sample-1.1.0.tar.gz', sha256: '2'.repeat(64), yanked: false };
const asset = ({ filename, sha256 }: OutsideFile) => ({ name: filename, digest: `sha256:${sha256}` });
const release = (change: Partial<OutsideRelease> = {}): OutsideRelease => ({
  url: 'https://github.com/acme/sample/releases/1',
  draft: false,
  immutable: false,
  assets: [asset(WHEEL), asset(SDIST)],
  ...change,
});

/** Everything is done, as a release of Slipway leaves it; each row takes something away. */
const DONE: OutsideFacts = {
  version: '1.1.0',
  tag: { name: 'v1.1.0', commit: TAGGED, twins: [] },
  source: { reachedFrom: ['main'], fileVersion: '1.1.0' },
  main: { name: 'main', holders: [], has: 'yes' },
  develop: { name: 'develop', hasMain: true },
  index: { name: 'pypi', closesAfterDays: 14, files: [WHEEL, SDIST] },
  github: { releases: [release()] },
  image: null,
  outcomes: [],
  now: '2026-03-20T12:00:00Z',
};
const index = (files: readonly OutsideFile[]) => ({ index: { ...DONE.index!, files } });
const github = (...releases: OutsideRelease[]) => ({ github: { releases } });
const untagged = (change: Partial<OutsideFacts>, holders: string[] = []): Partial<OutsideFacts> => ({
  tag: { ...DONE.tag, commit: null },
  source: null,
  main: { name: 'main', holders, has: null },
  ...index([]),
  ...github(),
  ...change,
});

describe('a version that another left half-done can be finished:', () => {
  test.each<[string, Partial<OutsideFacts>, string[]]>([
    [
      'a tag and nothing else',
      { ...index([]), ...github(), develop: { name: 'develop', hasMain: false } },
      ['the wheel on pypi', 'the sdist on pypi', 'the GitHub release v1.1.0', 'main in develop'],
    ],
    ['the sdist was never uploaded', { ...index([WHEEL]), ...github(release()) }, ['the sdist on pypi']],
    ['the wheel was never uploaded', index([SDIST]), ['the wheel on pypi']],
    ['all files and no GitHub release', github(), ['the GitHub release v1.1.0']],
    ['a draft was left over', github(release({ draft: true, assets: [] })), ['the GitHub release v1.1.0']],
    [
      'a draft with an upload that broke off',
      github(release({ draft: true, assets: [{ name: WHEEL.filename, digest: null }] })),
      ['the GitHub release v1.1.0'],
    ],
    [
      'a GitHub release without its files',
      github(release({ assets: [] })),
      [`${WHEEL.filename} at the GitHub release v1.1.0`, `${SDIST.filename} at the GitHub release v1.1.0`],
    ],
    ['a merge that never came back to develop', { develop: { name: 'develop', hasMain: false } }, ['main in develop']],
    [
      'a tag on the release branch, not merged yet',
      {
        source: { reachedFrom: ['release/v1.1.0'], fileVersion: '1.1.0' },
        main: { name: 'main', holders: [], has: 'mergeable' },
      },
      ['what is tagged on main'],
    ],
    [
      'an image that was never pushed',
      { image: { name: 'ghcr.io/acme/sample', digest: null } },
      ['the image ghcr.io/acme/sample:1.1.0'],
    ],
    ['a run that was abandoned', { outcomes: ['abandoned'], ...github() }, ['the GitHub release v1.1.0']],
    [
      'a version that comes from the tag',
      { source: { reachedFrom: ['main'], fileVersion: null }, ...github() },
      ['the GitHub release v1.1.0'],
    ],
    [
      'an old release that lacks no file',
      { ...index([{ ...WHEEL, uploadedAt: '2026-01-01T00:00:00Z' }, SDIST]), ...github() },
      ['the GitHub release v1.1.0'],
    ],
  ])('%s', (_what, change, missing) => {
    expect(compareWithOutside({ ...DONE, ...change })).toMatchObject({ kind: 'adoptable', commit: TAGGED, missing });
  });

  test('what is there is told beside what is missing', () => {
    const outside = compareWithOutside({ ...DONE, ...index([WHEEL]), ...github() });
    expect(outside).toMatchObject({
      there: [
        `the tag v1.1.0 on ${TAGGED.slice(0, 12)}`,
        'what is tagged on main',
        `${WHEEL.filename} on pypi`,
        'main in develop',
      ],
    });
  });
});

test.each<[string, Partial<OutsideFacts>]>([
  ['everything is there', {}],
  ['a run of Slipway released it, whatever was left out', { outcomes: ['released'], ...github() }],
  ['an immutable release takes no more files', github(release({ immutable: true, assets: [] }))],
])('nothing is left to do: %s', (_what, change) => {
  expect(compareWithOutside({ ...DONE, ...change }).kind).toBe('nothing-left');
});

describe('a contradiction is named, with what to do:', () => {
  test.each<[string, Partial<OutsideFacts>, RegExp, RegExp]>([
    [
      'files without a tag, and one commit that says the version',
      untagged(index([WHEEL]), [OTHER]),
      /no tag v1\.1\.0; b{12} is the one commit of main that says 1\.1\.0; pypi holds sample-1\.1\.0-py3/,
      new RegExp(`git tag -a v1.1.0 ${OTHER} && git push origin v1.1.0`),
    ],
    [
      'files without a tag, and no commit that says the version',
      untagged(index([WHEEL])),
      /no commit of main says 1\.1\.0/,
      /git tag -a v1\.1\.0 COMMIT/,
    ],
    ['files without a tag, and two commits', untagged(index([WHEEL]), [OTHER, TAGGED]), /each say 1\.1\.0/, /COMMIT/],
    [
      'a draft without a tag',
      untagged(github(release({ draft: true }))),
      /GitHub has a release v1\.1\.0/,
      /Tag the commit/,
    ],
    [
      'a tag in another form',
      untagged({ tag: { name: 'v1.1.0', commit: null, twins: ['1.1.0'] } }),
      /the tag 1\.1\.0 names it in another form/,
      /git tag/,
    ],
    ['nothing at all', untagged({}), /nothing of 1\.1\.0 is there/, /without adopt/],
    [
      'a tag on another commit than the one that says the version',
      {
        source: { reachedFrom: ['main'], fileVersion: '1.0.0' },
        main: { name: 'main', holders: [OTHER], has: 'yes' },
      },
      /on a{12}, whose files say 1\.0\.0; main says 1\.1\.0 since b{12}/,
      /set it on b{12}/,
    ],
    [
      'files that say another version, and no commit that says this one',
      { source: { reachedFrom: ['main'], fileVersion: '1.0.0' } },
      /files say 1\.0\.0$/,
      /without adopt/,
    ],
    [
      'a tag that neither main nor the branch reaches',
      { source: { reachedFrom: [], fileVersion: '1.1.0' }, main: { name: 'main', holders: [OTHER], has: 'no' } },
      /neither main \(which holds 1\.1\.0 at b{12}\) nor a branch/,
      /Merge a{12} into main/,
    ],
    [
      'a main that moved past a tag that it does not have',
      {
        source: { reachedFrom: ['release/v1.1.0'], fileVersion: '1.1.0' },
        main: { name: 'main', holders: [], has: 'no' },
      },
      /merging release\/v1\.1\.0 would give other files/,
      /by hand/,
    ],
    [
      'files that are yanked',
      index([{ ...WHEEL, yanked: 'broken' }, SDIST]),
      /py3-none-any\.whl on pypi is yanked \(broken\)/,
      /Roll 1\.1\.0 back/,
    ],
    [
      'a release too old for another file',
      index([{ ...WHEEL, uploadedAt: '2026-03-05T00:00:00Z' }]),
      /older than 14 days: 1\.1\.0 began 15 days ago and lacks its sdist/,
      /next version/,
    ],
    [
      'an asset with other bytes than the file on the index',
      github(release({ draft: true, assets: [{ name: WHEEL.filename, digest: `sha256:${'9'.repeat(64)}` }] })),
      /is sha256:1{64} on pypi and sha256:9{64} on the GitHub draft/,
      /delete the asset/,
    ],
    ['two drafts', github(release({ draft: true }), release({ draft: true })), /2 drafts/, /Delete/],
    ['a version that was rolled back', { outcomes: ['released', 'rolled-back'] }, /rolled back/, /next version/],
  ])('%s', (_what, change, what, remedy) => {
    const outside = compareWithOutside({ ...DONE, ...change });
    expect(outside.kind).toBe('contradicts');
    const { contradictions } = outside as Extract<typeof outside, { kind: 'contradicts' }>;
    expect(contradictions).toEqual([{ what: expect.stringMatching(what), remedy: expect.stringMatching(remedy) }]);
  });

  test('all of them at once', () => {
    const outside = compareWithOutside({
      ...DONE,
      source: { reachedFrom: [], fileVersion: '1.0.0' },
      ...index([{ ...WHEEL, yanked: true, uploadedAt: '2026-01-01T00:00:00Z' }]),
      ...github(release({ assets: [{ name: WHEEL.filename, digest: `sha256:${'9'.repeat(64)}` }] })),
    });
    expect((outside as Extract<typeof outside, { kind: 'contradicts' }>).contradictions).toHaveLength(5);
  });
});

test('another index than PyPI has no rule about old releases', () => {
  const old = { ...WHEEL, uploadedAt: '2020-01-01T00:00:00Z' };
  const facts = { ...DONE, index: { name: 'devpi', closesAfterDays: null, files: [old] } };
  expect(compareWithOutside(facts).kind).toBe('adoptable');
});

test('a published release is gone on with before a draft of the same tag', () => {
  const published = release();
  expect(chosenRelease([release({ draft: true }), published])).toBe(published);
  expect(chosenRelease([])).toBeUndefined();
});

test('an adoption knows what it must not do again', () => {
  const facts = { ...DONE, ...index([WHEEL]), ...github(release({ draft: true, assets: [] })) };
  const outside = compareWithOutside(facts);
  expect(adoptionOf(facts, outside as Extract<typeof outside, { kind: 'adoptable' }>)).toMatchObject({
    merged: true,
    onIndex: [WHEEL.filename],
    release: 'draft',
    image: null,
    mergedBack: true,
  });
});
