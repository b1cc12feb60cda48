import type { Span } from './tree.ts';

export interface PythonToken extends Span {
  readonly type: 'name' | 'number' | 'string' | 'operator' | 'newline';
  readonly text: string;
  /** Open brackets around it. */
  readonly depth: number;
  /** First on a line that is not indented. */
  readonly atMargin: boolean;
}

/** In this order: a blank, a newline, a string, a name, a number, any other character. */
const TOKEN =
  /[ \t\f\uFEFF]+|\\\r?\n|#[^\r\n]*|\r\n|\n|\r|[A-Za-z]{0,2}(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\\r\n])*"|'(?:\\[\s\S]|[^'\\\r\n])*')|[A-Za-z_\u0080-\u{10FFFF}][\w\u0080-\u{10FFFF}]*|\d[\w.]*|[\s\S]/uy;

/** The tokens of a Python file, without comments and blanks: enough to tell code from prose. Newlines inside brackets are left out. */
export function pythonTokens(text: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  let depth = 0;
  let atMargin = true;
  const pattern = new RegExp(TOKEN);
  pattern.lastIndex = text.startsWith('\u00EF\u00BB\u00BF') ? 3 : 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [token] = match;
    const type = typeOf(token);
    if (type === 'blank') {
      if (/^[ \t\f]/.test(token)) atMargin = false;
      continue;
    }
    const closes = type === 'operator' && /[)\]}]/.test(token);
    if (closes) depth = Math.max(0, depth - 1);
    if (type !== 'newline' || depth === 0) {
      const end = pattern.lastIndex;
      tokens.push({ start: match.index, end, text: token, type, depth, atMargin: atMargin && type !== 'newline' });
    }
    if (type === 'operator' && /[([{]/.test(token)) depth += 1;
    atMargin = type === 'newline' && depth === 0;
  }
  return tokens;
}

function typeOf(token: string): PythonToken['type'] | 'blank' {
  const last = token.at(-1)!;
  if (token[0] === '#' || /^[ \t\f\uFEFF]/.test(token) || (token.length > 1 && token[0] === '\\')) return 'blank';
  if (last === '\n' || last === '\r') return 'newline';
  if (token.length > 1 && (last === '"' || last === "'")) return 'string';
  if (/^[A-Za-z_\u0080-\u{10FFFF}]/u.test(token)) return 'name';
  return /^\d/.test(token) ? 'number' : 'operator';
}

/** The characters of a plain string literal: no f-string, no bytes, no escapes. */
export function plainString(token: PythonToken | undefined): (Span & { readonly value: string }) | undefined {
  if (token?.type !== 'string') return undefined;
  const match = /^(?<prefix>[uUrR]?)(?<quote>"""|'''|"|')(?<value>[^\\]*)\k<quote>$/s.exec(token.text);
  if (match === null) return undefined;
  const { prefix = '', quote = '', value = '' } = match.groups!;
  const start = token.start + prefix.length + quote.length;
  return { start, end: start + value.length, value };
}

export interface Assignment {
  readonly names: readonly string[];
  readonly value: readonly PythonToken[];
}

/** Assignments of the module itself, `a: str = b = …` included; what is indented is conditional and left out. */
export function moduleAssignments(tokens: readonly PythonToken[]): Assignment[] {
  return assignments(statements(tokens).filter(([first]) => first?.atMargin === true));
}

/** Assignments at any indentation. */
export function allAssignments(tokens: readonly PythonToken[]): Assignment[] {
  return assignments(statements(tokens));
}

function assignments(from: readonly PythonToken[][]): Assignment[] {
  return from.map((statement) => readAssignment(statement)).filter((assignment) => assignment !== undefined);
}

function statements(tokens: readonly PythonToken[]): PythonToken[][] {
  const all: PythonToken[][] = [[]];
  for (const token of tokens) {
    if (token.depth === 0 && (token.type === 'newline' || token.text === ';')) all.push([]);
    else all.at(-1)!.push(token);
  }
  return all;
}

function readAssignment(statement: readonly PythonToken[]): Assignment | undefined {
  const names: string[] = [];
  let rest = statement;
  for (;;) {
    const [name, next] = rest;
    const equals = rest.findIndex(({ text, depth }) => text === '=' && depth === 0);
    if (name?.type !== 'name' || equals < 1 || rest[equals + 1]?.text === '=') break;
    if (equals > 1 && (next?.text !== ':' || names.length > 0)) break;
    names.push(name.text);
    rest = rest.slice(equals + 1);
  }
  return names.length === 0 ? undefined : { names, value: rest };
}
