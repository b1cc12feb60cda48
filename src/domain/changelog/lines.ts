/** A line and the ending it came with: what nobody edits is put back to the byte. */
export interface Line {
  readonly text: string;
  readonly end: string;
}

export function splitLines(text: string): Line[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((raw) => {
    const end = /\r?\n$/.exec(raw)?.[0] ?? '';
    return { text: raw.slice(0, raw.length - end.length), end };
  });
}

export function joinLines(lines: readonly Line[]): string {
  return lines.map(({ text, end }) => text + end).join('');
}

/** What most lines end with; new lines do too. */
export function lineEnding(lines: readonly Line[]): string {
  const windows = lines.filter(({ end }) => end === '\r\n').length;
  return windows * 2 > lines.length ? '\r\n' : '\n';
}

export function isBlank(line: Line | undefined): boolean {
  return line !== undefined && line.text.trim() === '';
}

/** How many blank lines stand directly before `index`. */
export function blanksBefore(lines: readonly Line[], index: number): number {
  let count = 0;
  while (isBlank(lines[index - 1 - count])) count++;
  return count;
}

/** How many blank lines stand at `index` and after it. */
export function blanksFrom(lines: readonly Line[], index: number): number {
  let count = 0;
  while (isBlank(lines[index + count])) count++;
  return count;
}
