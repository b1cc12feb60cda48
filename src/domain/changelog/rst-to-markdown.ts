/** Release notes out of a changelog in reStructuredText: its words kept, its markup put into GitHub's. */
export function rstToMarkdown(lines: readonly string[]): string[] {
  const out: string[] = [];
  let skip: number | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!.trimEnd();
    const indent = line.length - line.trimStart().length;
    if (skip !== undefined && (line === '' || indent > skip)) continue;
    skip = undefined;
    const next = lines[index + 1]?.trimEnd() ?? '';
    if (isAdornment(line) && lines[index + 2]?.trimEnd() === line) continue;
    if (line !== '' && indent === 0 && isAdornment(next) && next.length >= Math.min(4, line.length)) {
      out.push(`### ${inline(line.trim())}`);
      index++;
    } else if (isAdornment(line) && out.at(-1)?.startsWith('### ')) {
    } else if (/^\s*\.\. (?:code-block|code|sourcecode)::/.test(line)) {
      index = fence(lines, index, out);
    } else if (/^\s*\.\. (?:_[^:]+:|\||(?:towncrier|contents|include|only|toctree|raw)\b)/.test(line)) {
      if (!/^\s*\.\. _[^:]+:/.test(line)) skip = indent;
    } else if (
      /^\s*\.\. (?:note|warning|versionadded|versionchanged|deprecated|seealso|important|tip|caution|attention)::/.test(
        line,
      )
    ) {
      out.push(
        line.replace(/^(\s*)\.\. ([\w-]+):: ?(.*)$/, (_, space, name: string, text) =>
          `${space}**${capital(name)}:** ${inline(text)}`.trimEnd(),
        ),
      );
    } else if (/^\s*\.\.(?:\s|$)/.test(line)) {
      skip = indent;
    } else {
      out.push(inline(line));
    }
  }
  return out;
}

function isAdornment(line: string): boolean {
  return /^([!-/:-@[-`{-~])\1+$/.test(line);
}

/** Writes a code block; answers the last line that it took. */
function fence(lines: readonly string[], start: number, out: string[]): number {
  const directive = /^(\s*)\.\. [\w-]+:: ?(\w*)/.exec(lines[start]!)!;
  const indent = directive[1]!.length;
  let end = start + 1;
  while (end < lines.length && (lines[end]!.trim() === '' || lines[end]!.search(/\S/) > indent)) end++;
  const body = lines.slice(start + 1, end).filter((line) => !/^\s+:[\w-]+:/.test(line));
  const depth = Math.min(...body.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  const space = ' '.repeat(indent);
  const code = body
    .map((line) => (line.trim() === '' ? '' : space + line.slice(depth)))
    .join('\n')
    .replace(/^\n+|\s+$/g, '');
  out.push(`${space}\`\`\`${directive[2]}`, code, `${space}\`\`\``, '');
  return end - 1;
}

function inline(text: string): string {
  return text
    .split(/(``.+?``)/)
    .map((part) =>
      part.startsWith('``') && part.endsWith('``') && part.length > 4 ? part.slice(1, -1) : outsideCode(part),
    )
    .join('');
}

function outsideCode(text: string): string {
  return text
    .replace(/:(?:issue|pr|pull|gh|ghissue|ghpull|bpo|pypi-?issue|mr|merge):`#?(\d+)`/g, '#$1')
    .replace(/:(?:user|ghuser|github-user|contributor):`@?([\w-]+)`/g, '@$1')
    .replace(/:[\w:+-]+:`~?([^`<]*?)\s*<[^`>]*>`/g, '`$1`')
    .replace(/:[\w:+-]+:`~?([^`]+)`/g, '`$1`')
    .replace(/`([^`<]+?)\s*<([^`>]+)>`_{1,2}/g, '[$1]($2)')
    .replace(/`([^`]+)`_{1,2}/g, '$1')
    .replace(/\b([\w-]*\w)_(?=[\s.,;:)]|$)/g, (whole, name: string) =>
      /[a-z]/i.test(name) && !name.includes('_') ? name : whole,
    )
    .replace(/\\ /g, '');
}

function capital(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}
