import { expect, test } from 'vitest';
import { aboutName } from '../../../src/domain/version-homes/about-name.ts';

function tree(files: Record<string, string>) {
  return { paths: Object.keys(files), read: (path: string) => files[path] };
}

test('a name that setup.py takes from a module is read there', () => {
  const files = {
    'setup.py': "setup(\n    name=about['__title__'],\n)",
    'slug/__version__.py': '__title__ = "python-slug"\n',
  };
  expect(aboutName(tree(files), '')).toBe('python-slug');
});

test('two modules that say different names say none, and a plain setup.py asks no module', () => {
  const both = {
    'setup.py': 'setup(name=about["__title__"])',
    'a/__init__.py': '__title__ = "a"',
    'b/__init__.py': "__title__ = 'b'",
  };
  expect(aboutName(tree(both), '')).toBeUndefined();
  expect(aboutName(tree({ 'setup.py': 'setup(name="x")', 'a/__init__.py': '__title__ = "a"' }), '')).toBeUndefined();
});
