/** A section of an INI file with its values over several lines, as configparser reads them; undefined where there is none. */
export function iniSection(text: string | undefined, section: string): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  const values: Record<string, string> = {};
  let inside = false;
  let seen = false;
  let key: string | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) {
      inside = header.trim() === section;
      seen ||= inside;
      key = undefined;
    } else if (inside && !/^\s*[#;]/.test(line)) {
      const entry = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
      if (entry !== null) {
        key = entry[1]!.toLowerCase();
        values[key] = entry[2]!.trim();
      } else if (key !== undefined && line.trim() !== '') {
        values[key] = `${values[key]}\n${line.trim()}`.trim();
      }
    }
  }
  return seen ? values : undefined;
}

/** Lines or words of a value, without comments. */
export function listed(value: string | undefined): string[] {
  return (value ?? '')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}
