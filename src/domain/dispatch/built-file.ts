import { isPep440, samePep440, toPep440 } from '../version.ts';

/** A file that somebody else built, with what it holds: an sdist's members without its top folder. */
export interface BuiltFile {
  readonly name: string;
  readonly members: ReadonlyMap<string, MemberFacts>;
  /** Of a member, as UTF-8. */
  readonly text: (path: string) => string | undefined;
}

export interface MemberFacts {
  readonly size: number;
  /** URL-safe base64 without padding, as RECORD has it. */
  readonly sha256: string;
}

export interface WantedBuild {
  readonly package: string;
  /** As the release has it. */
  readonly version: string;
  readonly sdist: boolean;
}

const WHEEL = /^([^-]+)-([^-]+)(?:-(\d[^-]*))?-([^-]+)-([^-]+)-([^-]+)\.whl$/;
const SDIST = /^(.+)-([^-]+)\.tar\.gz$/;
const UNHASHED = /\.dist-info\/RECORD(?:\.jws|\.p7s)?$/;
const MOST_FAULTS = 10;

export function isDistribution(name: string): boolean {
  return name.endsWith('.whl') || name.endsWith('.tar.gz');
}

/** Is it what its name says, of this package and version, whole, and nothing that would be unpacked elsewhere? */
export function faultsOfBuilt(file: BuiltFile, wanted: WantedBuild): string[] {
  const parsed = file.name.endsWith('.whl') ? WHEEL.exec(file.name) : SDIST.exec(file.name);
  if (!parsed) return [`${file.name} is no name of a wheel or of a source distribution`];
  if (!file.name.endsWith('.whl') && !wanted.sdist)
    return [`${file.name} is a source distribution, which the build worker makes (build.sdist)`];
  const [, name = '', version = ''] = parsed;
  const faults = [
    ...nameFaults({ name, version }, 'is named', wanted),
    ...(fileStem(wanted.package) === name ? [] : [`is not named ${fileStem(wanted.package)}-…, as the index wants it`]),
    ...pathFaults(file),
    ...(file.name.endsWith('.whl') ? wheelFaults(file, parsed, wanted) : sdistFaults(file, wanted)),
  ];
  return faults.slice(0, MOST_FAULTS).map((fault) => `${file.name} ${fault}`);
}

function fileStem(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '_');
}

function nameFaults(there: { name: string; version: string }, says: string, wanted: WantedBuild): string[] {
  const version = isPep440(there.version) && samePep440(there.version, wanted.version);
  return [
    ...(fileStem(there.name) === fileStem(wanted.package)
      ? []
      : [`${says} ${there.name || 'nothing'}, not ${wanted.package}`]),
    ...(version ? [] : [`${says} ${there.version || 'no version'}, not ${toPep440(wanted.version)}`]),
  ];
}

function pathFaults({ members }: BuiltFile): string[] {
  const outside = [...members.keys()].filter((path) => {
    const parts = path.split('/');
    return /^(?:[/~]|[A-Za-z]:)|[\\\0]/.test(path) || parts.includes('..') || parts.includes('');
  });
  return outside.map((path) => `holds ${JSON.stringify(path)}, which leads out of it`);
}

function wheelFaults(
  file: BuiltFile,
  [, name, version, , python, abi, platforms]: RegExpExecArray,
  wanted: WantedBuild,
) {
  const info = `${name}-${version}.dist-info`;
  const plain = platforms!.split('.').filter((platform) => /^linux_(?!armv[67]l$)/.test(platform));
  const [metadata, tags, record] = ['METADATA', 'WHEEL', 'RECORD'].map((one) => file.text(`${info}/${one}`));
  if (metadata === undefined || tags === undefined || record === undefined)
    return [`lacks ${info}/METADATA, WHEEL or RECORD`];
  return [
    ...(plain.length > 0
      ? [`is for ${plain.join(', ')}, which the index does not take: repair it with auditwheel`]
      : []),
    ...nameFaults(coreOf(metadata), 'says', wanted),
    ...tagFaults(tags, [python!, abi!, platforms!]),
    ...recordFaults(file, record, `${info}/RECORD`),
  ];
}

function sdistFaults(file: BuiltFile, wanted: WantedBuild): string[] {
  const metadata = file.text('PKG-INFO');
  if (metadata === undefined) return ['lacks PKG-INFO'];
  return nameFaults(coreOf(metadata), 'says', wanted);
}

function coreOf(metadata: string): { name: string; version: string } {
  const head = metadata.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*?)\\s*$`, 'im').exec(head)?.[1] ?? '';
  return { name: field('Name'), version: field('Version') };
}

/** Installers choose by the file's name, and some look into WHEEL. */
function tagFaults(wheel: string, parts: readonly string[]): string[] {
  const [pythons, abis, platforms] = parts.map((part) => part.split('.'));
  const named = pythons!.flatMap((one) => abis!.flatMap((abi) => platforms!.map((place) => `${one}-${abi}-${place}`)));
  const told = [...wheel.matchAll(/^Tag:[ \t]*(\S+)/gim)].map(([, tag]) => tag!);
  const differ = named.toSorted().join(' ') !== told.toSorted().join(' ');
  return differ ? [`is named ${named.join(', ')} and says ${told.join(', ') || 'no tag'} in WHEEL`] : [];
}

/** Every member with its hash, and no other: an index refuses what is otherwise. */
function recordFaults({ members }: BuiltFile, record: string, self: string): string[] {
  const listed = new Map(rowsOf(record).map(([path = '', hash = '', size = '']) => [path, { hash, size }]));
  const unlisted = [...members.keys()].filter((path) => !listed.has(path) && !UNHASHED.test(path));
  const wrong = [...listed].flatMap(([path, { hash, size }]) => {
    const member = members.get(path);
    if (!member) return path === self ? [] : [`lists ${path} in RECORD, which is not there`];
    if (UNHASHED.test(path)) return [];
    if (hash !== `sha256=${member.sha256}`) return [`has another ${path} than its RECORD says`];
    return size === '' || Number(size) === member.size ? [] : [`has another size of ${path} than its RECORD says`];
  });
  return [...unlisted.map((path) => `holds ${path}, which its RECORD does not list`), ...wrong];
}

/** CSV with quoted fields, as a path with a comma needs it. */
function rowsOf(record: string): string[][] {
  return record
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
}
