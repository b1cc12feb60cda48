const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const LONGEST = 90 * 86_400;

/** Seconds of `300`, `90s`, `10m`, `24h` or `7d`; undefined for anything else. */
export function secondsOf(value: number | string): number | undefined {
  const [, number, unit = 's'] = /^(\d{1,9})\s*([smhd]?)$/.exec(String(value)) ?? [];
  const seconds = Number(number) * (UNITS[unit || 's'] ?? Number.NaN);
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST ? seconds : undefined;
}
