import { expect, test } from 'vitest';
import { compareFiles } from '../../src/domain/publication.ts';

const file = (name: string, fill: string) => ({ name, digest: `sha256:${fill.repeat(64)}` as const, size: 1 });
const there = (filename: string, fill: string) => ({ filename, sha256: fill.repeat(64) });

const SDIST = file('sample-1.0.tar.gz', 'a');
const WHEEL = file('sample-1.0-py3-none-any.whl', 'b');

test('what is missing goes wheels first, the sdist last', () => {
  expect(compareFiles([SDIST, WHEEL], []).missing).toEqual([WHEEL, SDIST]);
});

test('the same bytes are there already, other bytes under a name contradict, and a stranger is named', () => {
  const compared = compareFiles(
    [SDIST, WHEEL],
    [there(SDIST.name, 'a'), there(WHEEL.name, 'c'), there('other.whl', 'd')],
  );
  expect(compared.same).toEqual([SDIST]);
  expect(compared.missing).toEqual([]);
  expect(compared.conflicting).toEqual([{ wanted: WHEEL, there: there(WHEEL.name, 'c') }]);
  expect(compared.unexpected).toEqual([there('other.whl', 'd')]);
});
