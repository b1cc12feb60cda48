import { expect, test } from 'vitest';
import { compareFiles } from '../../src/domain/publication.ts';
import { type Expected, judgeIndex, judgeIssues, judgeRelease, judgeTag } from '../../src/domain/standing.ts';
import { artifact } from '../support/release-activities.ts';

const wheel = artifact('sample-1.2.0-py3-none-any.whl', '1');
const sdist = artifact('sample-1.2.0.tar.gz', '2');
const expected: Expected = { files: [wheel, sdist], tag: { name: 'v1.2.0', object: 'a'.repeat(40) }, yanked: false };
const there = (name: string, fill: string, yanked: boolean | string = false) => ({
  ...{ filename: name, sha256: fill.repeat(64), yanked },
});
const both = (yanked: boolean | string = false) => [there(wheel.name, '1', yanked), there(sdist.name, '2', yanked)];
const stranger = there('sample-1.2.0-cp312-none-any.whl', '5');

test.each([
  ['as released', both(), {}, 'none', 'healthy', undefined],
  ['yanked by somebody', both('oops'), {}, 'none', 'unhealthy', 'surely'],
  ['yanked while a rollback is open', both('oops'), {}, 'open', 'healthy', undefined],
  ['not yet yanked while a rollback is open', both(), {}, 'open', 'healthy', undefined],
  ['yanked by a rollback', both(true), {}, 'rolled-back', 'healthy', undefined],
  ['yanked although its rollback came to nothing', both(true), {}, 'ended-otherwise', 'unhealthy', 'surely'],
  ['yanked as a rollback expects', both(true), { yanked: true }, 'none', 'healthy', undefined],
  ['no longer yanked', both(), { yanked: true }, 'none', 'unhealthy', 'surely'],
  [
    'yanked in part only',
    [there(wheel.name, '1', true), there(sdist.name, '2')],
    { yanked: true },
    'none',
    'unhealthy',
    'surely',
  ],
  ['with a file more', [...both(), stranger], {}, 'none', 'unhealthy', 'surely'],
  ['with a file more during a rollback', [...both(), stranger], {}, 'open', 'unhealthy', 'surely'],
  ['with other bytes', [there(wheel.name, '9'), there(sdist.name, '2')], {}, 'none', 'unhealthy', 'surely'],
  ['with a file less', [there(wheel.name, '1')], {}, 'none', 'unhealthy', 'if-seen'],
  ['gone', undefined, {}, 'none', 'unhealthy', 'if-seen'],
] as const)('index: %s', (_, files, more, rollback, health, changed) => {
  const wanted = { ...expected, ...more };
  const reading = judgeIndex({
    compared: compareFiles(wanted.files, files ?? []),
    there: files,
    expected: wanted,
    rollback,
  });
  expect([reading.health, reading.changed]).toEqual([health, changed]);
});

test.each([
  ['where it was put', expected.tag.object, 'none', 'healthy'],
  ['moved', 'b'.repeat(40), 'none', 'unhealthy'],
  ['moved during a rollback', 'b'.repeat(40), 'open', 'unhealthy'],
  ['gone', undefined, 'none', 'unhealthy'],
  ['gone by a rollback', undefined, 'open', 'healthy'],
] as const)('tag: %s', (_, object, rollback, health) => {
  expect(judgeTag(object, expected, rollback)).toMatchObject({
    health,
    ...(health === 'healthy' ? {} : { changed: 'surely' }),
  });
});

const assets = [wheel, sdist].map(({ name, digest }) => ({ name, digest: digest as string }));

test.each([
  ['as released', [{ draft: false, assets }], {}, 'healthy'],
  ['gone', [], {}, 'unhealthy'],
  ['a draft again', [{ draft: true, assets: [] }], {}, 'unhealthy'],
  ['without a file', [{ draft: false, assets: assets.slice(1) }], {}, 'unhealthy'],
  [
    'with other bytes',
    [{ draft: false, assets: [{ ...assets[0]!, digest: 'sha256:9' }, assets[1]!] }],
    {},
    'unhealthy',
  ],
  ['with a file more', [{ draft: false, assets: [...assets, { name: 'x', digest: '' }] }], {}, 'unhealthy'],
  [
    'with a record of ours',
    [{ draft: false, assets: [...assets, { name: 'release-record.json', digest: '' }] }],
    {},
    'healthy',
  ],
] as const)('GitHub release: %s', (_, releases, more, health) => {
  expect(judgeRelease(releases, { ...expected, ...more }).health).toBe(health);
});

test('new issues above their number are named', () => {
  const issues = [{ number: 7, title: 'It crashes' }];
  expect(judgeIssues(issues, 0)).toMatchObject({
    health: 'unhealthy',
    value: 1,
    note: '1 new, above 0: #7 It crashes',
  });
  expect(judgeIssues(issues, 1).health).toBe('healthy');
  expect(judgeIssues([], 0)).toMatchObject({ health: 'healthy', note: 'none new' });
});
