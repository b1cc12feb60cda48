import type { Span } from './tree.ts';

/** A single-line string value in a TOML file, and where its characters are. */
export interface TomlString {
  readonly path: readonly string[];
  /** Counts table headers, so that the entries of one `[[package]]` can be told from the next one's. */
  readonly table: number;
  readonly value: string;
  readonly span: Span;
}

/**
 * The string values of a TOML file with their positions, which no library gives. It trusts that the file is well-formed: whoever
 * edits by it compares the parsed documents before and after.
 */
export function tomlStrings(text: string): TomlString[] {
  const found: TomlString[] = [];
  let table: readonly string[] = [];
  let tables = 0;
  let at = skipBlank(text, /^(?:\uFEFF|\u00EF\u00BB\u00BF)/.exec(text)?.[0].length ?? 0);
  while (at < text.length) {
    if (text[at] === '[') {
      const open = text.startsWith('[[', at) ? 2 : 1;
      const { keys, end } = readKeys(text, at + open);
      table = keys;
      tables += 1;
      at = skipBlank(text, end + open);
      continue;
    }
    at = skipBlank(text, readEntry(text, at, { table, tables, found }));
  }
  return found;
}

interface Context {
  readonly table: readonly string[];
  readonly tables: number;
  readonly found: TomlString[];
}

function readEntry(text: string, start: number, context: Context): number {
  const { keys, end } = readKeys(text, start);
  const path = [...context.table, ...keys];
  return readValue(text, skipSpace(text, end + 1), { ...context, table: path });
}

function readKeys(text: string, start: number): { keys: string[]; end: number } {
  const keys: string[] = [];
  let at = start;
  for (;;) {
    at = skipSpace(text, at);
    const quote = text[at];
    const end = quote === '"' || quote === "'" ? endOfString(text, at) : skipWhile(text, at, /[\w-]/);
    keys.push(quote === '"' || quote === "'" ? text.slice(at + 1, end - 1) : text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] !== '.') return { keys, end: at };
    at += 1;
  }
}

/** Reads past a value; `context.table` is the value's own path. */
function readValue(text: string, start: number, context: Context): number {
  const first = text[start];
  if (first === '"' || first === "'") {
    const end = endOfString(text, start);
    if (!text.startsWith(first.repeat(3), start) || end - start === 2) {
      const span = { start: start + 1, end: end - 1 };
      context.found.push({ path: context.table, table: context.tables, value: text.slice(span.start, span.end), span });
    }
    return end;
  }
  if (first === '[' || first === '{') return readGroup(text, start, context);
  return Math.max(start + 1, skipWhile(text, start, /[^\s,\]}#]/));
}

function readGroup(text: string, start: number, context: Context): number {
  const inline = text[start] === '{';
  let at = skipBlank(text, start + 1);
  while (at < text.length && text[at] !== ']' && text[at] !== '}') {
    if (text[at] === ',') at += 1;
    else if (inline) at = readEntry(text, at, context);
    else at = readValue(text, at, { ...context, table: [...context.table, '[]'] });
    at = skipBlank(text, at);
  }
  return at + 1;
}

function endOfString(text: string, start: number): number {
  const quote = text[start]!;
  const fence = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let at = start + fence.length;
  while (at < text.length && !text.startsWith(fence, at)) at += text[at] === '\\' && quote === '"' ? 2 : 1;
  // Up to two quotes may stand before the closing three.
  if (fence.length === 3) while (text[at + 3] === quote) at += 1;
  return at + fence.length;
}

function skipWhile(text: string, start: number, allowed: RegExp): number {
  let at = start;
  while (at < text.length && allowed.test(text[at]!)) at += 1;
  return at;
}

function skipSpace(text: string, start: number): number {
  return skipWhile(text, start, /[ \t]/);
}

function skipBlank(text: string, start: number): number {
  let at = skipWhile(text, start, /\s/);
  while (text[at] === '#') at = skipWhile(text, skipWhile(text, at, /[^\n]/), /\s/);
  return at;
}
