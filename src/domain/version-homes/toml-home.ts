import { parse } from 'smol-toml';
import { Problem } from '../problem.ts';
import type { VersionHome, VersionHomeKind } from './home.ts';
import { tomlStrings } from './toml-strings.ts';
import { lineOf, type Tree } from './tree.ts';

export type TomlTable = { readonly [key: string]: unknown };

/** A TOML file's values; undefined where there is no such file. */
export function readToml(tree: Tree, path: string): TomlTable | undefined {
  const text = tree.read(path);
  if (text === undefined) return undefined;
  try {
    return parse(withoutMark(text)) as TomlTable;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Problem('version-home-missing', `${path} can't be read: ${reason}`, { cause: error });
  }
}

function withoutMark(text: string): string {
  return text.replace(/^(?:\uFEFF|\u00EF\u00BB\u00BF)/, '');
}

/** The value at a path of keys; undefined where there is none. */
export function valueAt(table: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => (isTable(value) ? value[key] : undefined), table);
}

export function textAt(table: unknown, ...keys: readonly string[]): string | undefined {
  const value = valueAt(table, ...keys);
  return typeof value === 'string' ? value : undefined;
}

export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface TomlPlace {
  readonly path: string;
  readonly keys: readonly string[];
  readonly kind: VersionHomeKind;
  readonly notation?: 'pep440' | 'semver';
}

/** The home that a key of a TOML file is; undefined where the key is not there or holds no string. */
export function tomlHome(tree: Tree, { path, keys, kind, notation = 'pep440' }: TomlPlace): VersionHome | undefined {
  const text = tree.read(path);
  if (text === undefined) return undefined;
  const value = textAt(readToml(tree, path), ...keys);
  const found = tomlStrings(text).find((entry) => entry.path.join('\0') === keys.join('\0'));
  if (found === undefined || found.value !== value) return undefined;
  const where = `[${keys.slice(0, -1).join('.')}] ${keys.at(-1)}, line ${lineOf(text, found.span.start)}`;
  return { path, kind, where, version: found.value, span: found.span, form: 'whole', notation };
}

/** Whether two TOML texts differ in string values alone, and in exactly so many of them: the proof that an edit hit what was meant. */
export function changedStrings(before: string, after: string): number {
  return differences(parse(withoutMark(before)), parse(withoutMark(after)));
}

function differences(before: unknown, after: unknown): number {
  if (typeof before === 'string' && typeof after === 'string') return before === after ? 0 : 1;
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.reduce((sum: number, item, index) => sum + differences(item, after[index]), 0);
  }
  if (isTable(before) && isTable(after) && Object.keys(before).join('\0') === Object.keys(after).join('\0')) {
    return Object.keys(before).reduce((sum, key) => sum + differences(before[key], after[key]), 0);
  }
  return String(before) === String(after) ? 0 : Number.POSITIVE_INFINITY;
}
