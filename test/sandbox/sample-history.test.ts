import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FEATURES, filesOf, without } from '../../src/sandbox/sample-history.ts';

const now = filesOf(fileURLToPath(new URL('../../samples/pynomaly-lite', import.meta.url)));

test('without what came since, the sample is its last release: nothing of it is left in any file', () => {
  const released = FEATURES.toReversed().reduce((files, feature) => without(feature, files), now);
  const all = [...released].map(([name, content]) => `${name}\n${content}`).join('\n');
  expect(all.match(/.*(iqr|_fences|server|Over HTTP).*/g)).toBeNull();
  expect(released.get('CHANGELOG.md')?.toString()).toContain('## [Unreleased]\n\n## [0.1.0]');
});
