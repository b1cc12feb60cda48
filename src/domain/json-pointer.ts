/** What an RFC 6901 pointer finds in a JSON value; undefined where it leads nowhere. */
export function valueAt(json: unknown, pointer: string): unknown {
  if (pointer === '') return json;
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>((at, key) => {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at)) return /^(0|[1-9]\d*)$/.test(key) ? at[Number(key)] : undefined;
    return Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
  }, json);
}
