const ENDINGS = 'protection|status|statuses|check-runs|check-suites|pulls';
const NAMED = new RegExp(
  `^(.*/repos/[^/]+/[^/]+/(?:branches|rules/branches|commits|git/refs?|git/matching-refs|git/trees|compare|releases/tags|contents|statuses|labels|tarball|zipball)/)(.+?)((?:/(?:${ENDINGS}))?)$`,
);

/** Names with slashes stand in paths raw or encoded; inside, one name is one part of the path. */
export function withEncodedName(path: string): string {
  const [, before, name, after] = NAMED.exec(path) ?? [];
  if (before === undefined || name === undefined) return path;
  return `${before}${name.replaceAll('/', '%2F')}${after}`;
}
