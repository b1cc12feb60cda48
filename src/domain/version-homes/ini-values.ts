import type { Span } from './tree.ts';

export interface IniValue {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly span: Span;
}

/** The one-line values of an INI file as Python's configparser reads it; an indented line continues the value before it. */
export function iniValues(text: string): IniValue[] {
  const found: IniValue[] = [];
  let section = '';
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const [line] = match;
    const header = /^\uFEFF?\[(?<section>[^\]]+)\]/.exec(line)?.groups?.section;
    if (header !== undefined) section = header.trim();
    const entry = /^(?<key>[^\s#;[=:][^=:]*?)(?<sign>\s*[=:][ \t]*)(?<value>\S.*?)?\s*$/.exec(line)?.groups;
    if (header !== undefined || entry === undefined) continue;
    const { key = '', sign = '', value = '' } = entry;
    const start = match.index + key.length + sign.length;
    found.push({ section, key: key.toLowerCase(), value, span: { start, end: start + value.length } });
  }
  return found;
}

export function iniValue(text: string | undefined, section: string, key: string): IniValue | undefined {
  return text === undefined
    ? undefined
    : iniValues(text).findLast((entry) => entry.section === section && entry.key === key);
}
