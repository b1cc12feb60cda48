import { compareVersions, tryFromPep440 } from '../version.ts';
import type { Finding } from './facts.ts';

interface Read {
  readonly prefix: string;
  readonly version: string;
  readonly text: string;
}

/** How the project writes its tags: as the newest versions are written, not as most of them. */
export function findTagForm(tags: readonly string[], packageName: string): Finding<string> {
  const read = tags.flatMap((tag) => readTag(tag));
  const own = read.filter(({ prefix }) => isOwn(prefix, packageName));
  const known = (own.length > 0 ? own : read.filter(({ prefix }) => prefix === '' || prefix === 'v')).toSorted((a, b) =>
    compareVersions(b.version, a.version),
  );
  const [newest] = known;
  if (newest === undefined) return { value: 'v{version}', where: 'there is no version tag yet: the usual form' };
  const prereleases = known.filter(({ version }) => version.includes('-'));
  const python = prereleases.slice(0, 3).some(({ text, version }) => text !== version);
  const placeholder = python ? '{pep440}' : '{version}';
  return { value: newest.prefix + placeholder, where: `the newest tag, ${newest.prefix}${newest.text}` };
}

function readTag(tag: string): Read[] {
  const match = /^(|v|.*?[-_/@]v?)(\d+\.\d+\.\d+(?:[-.]?(?:a|b|rc|alpha|beta)[-.]?\d+)?)$/.exec(tag);
  const version = match === null ? undefined : tryFromPep440(match[2]!);
  return match === null || version === undefined ? [] : [{ prefix: match[1]!, text: match[2]!, version }];
}

/** "acme-v", "acme/" in a repository of several packages, and "release-" in one of one. */
function isOwn(prefix: string, packageName: string): boolean {
  const name = prefix
    .replace(/[-_/@]?v?$/, '')
    .toLowerCase()
    .replaceAll('_', '-');
  return (
    name !== '' && (name === packageName.toLowerCase().replaceAll('_', '-') || name === 'release' || name === 'version')
  );
}
