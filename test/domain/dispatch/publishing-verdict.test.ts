import { expect, test } from 'vitest';
import { judgePublishing } from '../../../src/domain/dispatch/publishing-verdict.ts';
import { compareFiles } from '../../../src/domain/publication.ts';

const WHEEL = { name: 'sample-1.2.0-py3-none-any.whl', size: 1, digest: `sha256:${'a'.repeat(64)}` as const };
const SDIST = { name: 'sample-1.2.0.tar.gz', size: 1, digest: `sha256:${'b'.repeat(64)}` as const };
const on = (file: { name: string; digest: string }, sha256 = file.digest.slice(7)) => ({ filename: file.name, sha256 });
const ALL = [on(WHEEL), on(SDIST)];

function verdict(conclusion: string, there: { filename: string; sha256: string }[]) {
  const url = 'https://github.com/acme/sample/actions/runs/1';
  const asked = { run: { conclusion, url }, target: 'pypi', version: '1.2.0' };
  return judgePublishing({ ...asked, there: compareFiles([WHEEL, SDIST], there) });
}

test('every file there, equal, and the job succeeded: published', () => {
  expect(verdict('success', ALL)).toEqual({ kind: 'published', note: null });
});

test.each(['failure', 'cancelled', 'timed_out'])(
  'every file there, and the job ended as %s: published, with a note',
  (conclusion) => {
    expect(verdict(conclusion, ALL)).toMatchObject({ kind: 'published', note: expect.stringContaining(conclusion) });
  },
);

test.each(['success', 'failure'])(
  'other bytes under an approved name, whatever the job says (%s): both sides are named',
  (conclusion) => {
    const refused = verdict(conclusion, [on(WHEEL), on(SDIST, 'f'.repeat(64))]);
    expect(refused).toMatchObject({ kind: 'refused', code: 'index-conflict' });
    expect(JSON.stringify(refused)).toContain(SDIST.digest);
    expect(JSON.stringify(refused)).toContain('f'.repeat(64));
  },
);

test('a file that nobody approved is refused', () => {
  const extra = { filename: 'sample-1.2.0-cp311-cp311-win_amd64.whl', sha256: 'e'.repeat(64) };
  expect(verdict('success', [...ALL, extra])).toMatchObject({
    code: 'files-unexpected',
    message: expect.stringContaining(extra.filename),
  });
});

test('success without an upload is no success', () => {
  expect(verdict('success', [])).toMatchObject({
    code: 'files-missing',
    message: expect.stringContaining('none of the files'),
  });
});

test('of a part, what is missing is named', () => {
  expect(verdict('success', [on(WHEEL)])).toMatchObject({
    code: 'files-missing',
    message: expect.stringContaining(SDIST.name),
  });
  expect(verdict('failure', [on(WHEEL)])).toMatchObject({
    code: 'workflow-failed',
    message: expect.stringContaining(SDIST.name),
  });
});
