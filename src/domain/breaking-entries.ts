const HEADING = /^(#{1,6})\s+(.*)$/;
const BULLET = /^\s*[-*+•]\s+(.*)$/;
const BREAKS = /breaking|incompatib/i;
const FIRST_WORD = /^\W*(?:breaking\b|backwards?[- ]incompatible)/i;
const MOST = 20;

/** What breaks, as release notes say it: entries below a heading that says so, and those that begin with the word. */
export function breakingEntries(notes: string): string[] {
  const found: string[] = [];
  let level = 0;
  for (const line of notes.split('\n')) {
    const [, marks, title = ''] = HEADING.exec(line) ?? [];
    if (marks !== undefined) {
      if (BREAKS.test(title)) level = marks.length;
      else if (marks.length <= level) level = 0;
      continue;
    }
    const entry = BULLET.exec(line)?.[1];
    if (entry !== undefined && (level > 0 || FIRST_WORD.test(entry))) found.push(entry.trim().slice(0, 500));
  }
  return [...new Set(found)].slice(0, MOST);
}
