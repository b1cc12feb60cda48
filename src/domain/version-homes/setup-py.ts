import type { VersionHome } from './home.ts';
import { allAssignments, type PythonToken, plainString, pythonTokens } from './python-tokens.ts';
import { lineOf, type Span } from './tree.ts';

/** A keyword of setup() that is a plain string, or a constant of the same file that is one. */
export function setupKeyword(text: string | undefined, keyword: string): (Span & { value: string }) | undefined {
  if (text === undefined) return undefined;
  const tokens = pythonTokens(text);
  const [first, second] = keywordValue(tokens, keyword) ?? [];
  if (first === undefined || second !== undefined) return undefined;
  if (first.type === 'string') return plainString(first);
  const constant = allAssignments(tokens).findLast(({ names }) => names.includes(first.text));
  return constant?.value.length === 1 ? plainString(constant.value[0]) : undefined;
}

export function setupPyHome(path: string, text: string | undefined): VersionHome | undefined {
  const found = setupKeyword(text, 'version');
  if (text === undefined || found === undefined) return undefined;
  const where = `version of setup(), line ${lineOf(text, found.start)}`;
  const span = { start: found.start, end: found.end };
  return { path, kind: 'setup-py', where, version: found.value, span, form: 'whole', notation: 'pep440' };
}

export function hasSetupKeyword(text: string | undefined, keyword: string): boolean {
  return text !== undefined && keywordValue(pythonTokens(text), keyword) !== undefined;
}

/** In `setup(version=…)`, or in the `dict(version=…)` and `{"version": …}` that `setup(**arguments)` is given. */
function keywordValue(tokens: readonly PythonToken[], keyword: string): readonly PythonToken[] | undefined {
  const call = tokens.findIndex(
    ({ type, text }, index) => type === 'name' && text === 'setup' && tokens[index + 1]?.text === '(',
  );
  if (call < 0 || tokens[call - 1]?.text === 'def') return undefined;
  const given = argument(groupFrom(tokens, call + 1), keyword);
  if (given !== undefined) return given;
  const group = groupFrom(tokens, call + 1);
  const stars = group.findIndex(({ text }, index) => text === '*' && group[index + 1]?.text === '*');
  const unpacked = stars < 0 ? undefined : group[stars + 2]?.text;
  const value = allAssignments(tokens).findLast(
    ({ names }) => unpacked !== undefined && names.includes(unpacked),
  )?.value;
  if (value === undefined) return undefined;
  return argument(value[0]?.text === 'dict' ? value.slice(1) : value, keyword);
}

/** From an opening bracket to the one that closes it. */
function groupFrom(tokens: readonly PythonToken[], open: number): readonly PythonToken[] {
  const { depth } = tokens[open]!;
  const close = tokens.findIndex((token, index) => index > open && token.depth === depth);
  return tokens.slice(open, close < 0 ? undefined : close + 1);
}

function argument(group: readonly PythonToken[], keyword: string): readonly PythonToken[] | undefined {
  const inside = (group[0]?.depth ?? 0) + 1;
  const start = group.findIndex((token, index) => {
    const sign = group[index + 1];
    if (token.depth !== inside || sign === undefined) return false;
    return sign.text === '=' ? token.text === keyword : sign.text === ':' && plainString(token)?.value === keyword;
  });
  if (start < 0) return undefined;
  const rest = group.slice(start + 2);
  const end = rest.findIndex(({ text, depth }) => depth < inside || (depth === inside && text === ','));
  return rest.slice(0, end < 0 ? undefined : end);
}
