import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';

test('the workflow bundle stays small: every waiting run holds what it loads', () => {
  const bundle = readFileSync(inject('workflowBundle'), 'utf8');
  const code = bundle.slice(0, bundle.indexOf('//# sourceMappingURL='));
  expect(code.length).toBeGreaterThan(100_000);
  expect(code.length).toBeLessThan(1_200_000);
});

test('the workflow bundle carries its source map, so that a failure names a line of the source', () => {
  expect(readFileSync(inject('workflowBundle'), 'utf8')).toMatch(/\/\/# sourceMappingURL=data:application\/json/);
});
