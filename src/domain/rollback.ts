import { nextVersion } from './next-version.ts';
import type { Tagged } from './run/request.ts';
import type { ArtifactRef, Manifest } from './run/state.ts';
import { compareVersions, finalised, highestVersion, isPrerelease, partsOf, samePep440, toPep440 } from './version.ts';

/** What a rollback stands on, found before anything is done. */
export interface RollbackFacts {
  readonly bad: Tagged;
  /** The last good release; null: there is none. */
  readonly good: Tagged | null;
  readonly rollForward: RollForwardPlan;
  /** The bad version's files as the index lists them: what is signed off to be taken away. */
  readonly manifest: Manifest;
  /** Where the files are yanked and who may do it; null: the index has none. */
  readonly yank: { readonly page: string; readonly owners: readonly string[] } | null;
}

/** What a roll-forward is released as, or why there is none. */
export type RollForwardPlan = { readonly version: string } | { readonly none: string };

/** Stable versions below the bad one, the highest first: the first that was not taken back itself is the last good one. */
export function goodCandidates(bad: string, tagged: readonly Tagged[]): Tagged[] {
  return tagged
    .filter(({ version }) => !isPrerelease(version) && compareVersions(version, bad) < 0)
    .toSorted((a, b) => compareVersions(b.version, a.version));
}

/** Versions of the bad one's line that are higher: where one of them stands, installers have something better already. */
export function higherOfLine(bad: string, known: readonly string[]): string[] {
  return known
    .filter((version) => !isPrerelease(version) && sameLine(version, bad) && compareVersions(version, bad) > 0)
    .toSorted((a, b) => compareVersions(b, a));
}

interface Standing {
  readonly bad: string;
  readonly good: string | null;
  /** Every version that anybody has seen or asked for: index, tags, releases, open runs. */
  readonly known: readonly string[];
  /** The higher version of the same line that is published and stands, if any. */
  readonly better: string | null;
}

/**
 * The next free patch of the bad version's line, so that whoever gets the bad version by default or by `~=` gets the good one instead.
 * An older line never overtakes a newer one.
 */
export function planRollForward({ bad, good, known, better }: Standing): RollForwardPlan {
  if (isPrerelease(bad)) return { none: `${bad} is a pre-release, which nobody gets without asking for it` };
  if (good === null) return { none: `there is no good release below ${bad} to go forward with` };
  if (better !== null) return { none: `installers get ${better} already, which is higher and stands` };
  const line = [...known, bad].filter((version) => sameLine(version, bad)).map(finalised);
  return { version: nextVersion({ base: highestVersion(line)!, bump: 'patch' }) };
}

function sameLine(one: string, other: string): boolean {
  const [a, b] = [partsOf(one)!, partsOf(other)!];
  return a.major === b.major && a.minor === b.minor;
}

/** What the procedures document tags as "Rollback to stable version": the last good version's next patch. */
export function retagVersion(good: string): string {
  return nextVersion({ base: good, bump: 'patch' });
}

interface Taken {
  readonly good: string | null;
  readonly tags: readonly string[];
  readonly index: readonly string[];
  readonly releases: readonly string[];
  readonly badIsImmutable: boolean;
}

/** Why a tag cannot honestly be moved back: all reasons at once, none when it can. `tags` and `releases` are versions. */
export function retagRefusals({ good, tags, index, releases, badIsImmutable }: Taken): string[] {
  const immutable = badIsImmutable ? ['the bad release is immutable, so its tag cannot be deleted'] : [];
  if (good === null) return [...immutable, 'there is no good release to tag anew'];
  const name = retagVersion(good);
  const at = (place: string, versions: readonly string[]) =>
    versions.some((one) => samePep440(one, toPep440(name))) ? [`${name} is taken: ${place}`] : [];
  return [
    ...immutable,
    ...at('there is a tag of it', tags),
    ...at('the index has it', index),
    ...at('there is a GitHub release of it', releases),
  ];
}

interface ListedFile {
  readonly filename: string;
  readonly sha256: string;
  readonly size?: number;
}

/** Files of an index as a manifest names them. */
export function asArtifacts(files: readonly ListedFile[]): ArtifactRef[] {
  return files
    .map(({ filename, sha256, size }) => ({ name: filename, digest: `sha256:${sha256}` as const, size: size ?? 0 }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

interface YankState {
  readonly filename: string;
  readonly yanked: boolean | string;
}

/** What has become of the bad version's files: a deleted one is taken away as well as a yanked one. */
export function yankedOf(wanted: readonly ArtifactRef[], there: readonly YankState[]) {
  const listed = new Map(there.map((file) => [file.filename, file]));
  const names = wanted.map(({ name }) => name);
  return {
    yanked: names.filter((name) => listed.has(name) && listed.get(name)!.yanked !== false),
    deleted: names.filter((name) => !listed.has(name)),
    /** What installers still get, files included that came later. */
    left: there.filter((file) => file.yanked === false).map(({ filename }) => filename),
    reason: there.map(({ yanked }) => yanked).find((yanked) => typeof yanked === 'string' && yanked !== ''),
  };
}
