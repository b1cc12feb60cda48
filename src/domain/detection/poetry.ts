import { isTable, type TomlTable } from '../version-homes/toml-home.ts';

/** Poetry's own way of writing dependencies, as pip takes them; what comes from a folder or an address is left out. */
export function poetryRequirements(dependencies: TomlTable): string[] {
  return Object.entries(dependencies).flatMap(([name, value]) => {
    if (name.toLowerCase() === 'python') return [];
    const [first] = Array.isArray(value) ? value : [value];
    if (typeof first === 'string') return [name + range(first)];
    if (!isTable(first) || typeof first.version !== 'string') return [];
    const extras = Array.isArray(first.extras) ? `[${first.extras.join(',')}]` : '';
    const markers = typeof first.markers === 'string' && !Array.isArray(value) ? ` ; ${first.markers}` : '';
    return [name + extras + range(first.version) + markers];
  });
}

/** `^8.1` is `>=8.1,<9`, `~1.2` is `>=1.2,<1.3`. */
function range(text: string): string {
  return text
    .split(',')
    .map((part) => part.trim())
    .flatMap((part) => {
      const sign = /^(?:\^|~(?!=))/.exec(part)?.[0];
      if (part === '*' || part === '') return [];
      if (/^\d[\d.]*$/.test(part)) return [`==${part}`];
      if (/^\d[\d.]*\*$/.test(part)) return [`==${part}`];
      if (sign === undefined) return [part.replace(/\s+/g, '')];
      const from = part.slice(1).trim();
      return [
        `>=${from}`,
        `<${upper(
          from
            .split(/[^\d.]/)[0]!
            .split('.')
            .map(Number),
          sign,
        )}`,
      ];
    })
    .join(',');
}

function upper(numbers: readonly number[], sign: string): string {
  const significant = numbers.findIndex((number) => number !== 0);
  const at = sign === '~' ? Math.min(1, numbers.length - 1) : significant === -1 ? numbers.length - 1 : significant;
  return numbers
    .slice(0, at)
    .concat(numbers[at]! + 1)
    .join('.');
}
