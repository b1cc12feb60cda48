import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

function filesBelow(folder: string, suffix: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(folder, name));
}

const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md')];

test.each(pages)('%s: every file that it links to or names as a test is there', (page) => {
  const links = [...text(page).matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, path]) => join(dirname(page), path!));
  const tests = [...text(page).matchAll(/`(test\/[\w/.-]+)`/g)].map(([, path]) => path!);
  expect([...links, ...tests].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

/** Rows that have a function and a test. */
function stepsOfTheDocument(): { row: string; functions: string[]; tests: string[] }[] {
  const [, after = ''] = text('docs/procedures.md').split('## The steps of a manual procedure');
  const rows = after.split('\n').filter((line) => /^\|.*`test\//.test(line));
  return rows.map((row) => {
    const cells = row.split('|').map((cell) => cell.trim());
    const named = (cell = '') => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name!);
    const by = cells.length === 6 ? cells[3] : cells[2];
    return { row, functions: named(by).filter((name) => /^[a-z]\w*[A-Z]\w*$/.test(name)), tests: cells.slice(-2, -1) };
  });
}

test('procedures: the function that a step of the document is said to be done by is one of ours', () => {
  const source = filesBelow('src', '.ts').map(text).join('\n');
  const rows = stepsOfTheDocument();
  expect(rows.length).toBeGreaterThan(50);
  const unknown = rows
    .flatMap(({ functions }) => functions)
    .filter((name) => !new RegExp(`\\b(function|const|async) ${name}\\b|^\\s+${name}[(:]`, 'm').test(source));
  expect(unknown).toEqual([]);
});
