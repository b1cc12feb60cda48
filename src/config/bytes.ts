const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const LEAST = 2 ** 20;
const MOST = 2 ** 40;

/** Bytes of `1048576`, `512MiB` or `4GiB`; undefined for anything else. */
export function bytesOf(value: number | string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,13})\s*(|KiB|MiB|GiB)$/.exec(String(value)) ?? [];
  const bytes = Number(number) * (UNITS[unit] ?? Number.NaN);
  return bytes >= LEAST && bytes <= MOST ? bytes : undefined;
}
