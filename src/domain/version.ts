import * as pep440 from '@renovatebot/pep440';
import parse from 'semver/functions/parse.js';
import { Problem } from './problem.ts';
import type { Stage } from './project.ts';

/*
 * The one place where SemVer 2.0.0 (what people write, tags, branches) and PEP 440 (Python's files, the index) meet.
 * A version travels as its SemVer text. `-dev.N` stands for `.devN`: a state of the source, never a release.
 */

const STAGE_OF_LETTER: Readonly<Record<string, Stage>> = { a: 'alpha', b: 'beta', rc: 'rc' };
const LETTER_OF_STAGE: Readonly<Record<string, string>> = { alpha: 'a', beta: 'b', rc: 'rc', dev: '.dev' };

export interface VersionParts {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly stage: Stage | 'dev';
  /** Of the stage: 1 in 1.2.0-alpha.1; 0 for a stable version. */
  readonly number: number;
}

/** Strict: a version that can be released. A leading v passes only with `v: 'tolerated'`, and is left out of the answer. */
export function parseVersion(text: string, { v = 'refused' }: { v?: 'tolerated' | 'refused' } = {}): string {
  const bare = v === 'tolerated' ? text.replace(/^v/, '') : text;
  if (/^v?\d[^+]*\+/.test(bare)) {
    throw new Problem(
      'version-build-metadata',
      `${text}: a package index does not take build metadata; write ${bare.replace(/^v|\+.*$/gs, '')}`,
    );
  }
  const parts = partsOf(bare);
  if (parts === undefined) throw new Problem('version-malformed', malformed(bare));
  if (parts.stage === 'dev') {
    throw new Problem('version-malformed', `${text} is a development version, which is not released; ${EXPECTED}`);
  }
  return bare;
}

const EXPECTED =
  'write three numbers, with -alpha.N, -beta.N or -rc.N for a pre-release, such as 1.2.0 or 1.2.0-alpha.1';

function malformed(text: string): string {
  const meant = /^\s*v?\d/.test(text) ? tryFromPep440(text.trim().replace(/^v/, '')) : undefined;
  const hint = meant === undefined || meant === text || partsOf(meant)?.stage === 'dev' ? EXPECTED : `write ${meant}`;
  return `${JSON.stringify(text.slice(0, 80))} is not a version; ${hint}`;
}

/** What a version in SemVer's form says, `-dev.N` included; undefined for anything else. */
export function partsOf(version: string): VersionParts | undefined {
  const parsed = parse(version);
  if (parsed === null || parsed.version !== version) return undefined;
  const { major, minor, patch, prerelease } = parsed;
  if (prerelease.length === 0) return { major, minor, patch, stage: 'stable', number: 0 };
  const [stage, number] = prerelease;
  if (prerelease.length !== 2 || typeof stage !== 'string' || typeof number !== 'number') return undefined;
  if (!(stage in LETTER_OF_STAGE)) return undefined;
  return { major, minor, patch, stage: stage as Stage | 'dev', number };
}

function partsOrThrow(version: string): VersionParts {
  const parts = partsOf(version);
  if (parts === undefined) throw new Problem('version-malformed', malformed(version));
  return parts;
}

/** '1.2.0-alpha.1' is '1.2.0a1' to Python. */
export function toPep440(version: string): string {
  const { stage, number } = partsOrThrow(version);
  return finalised(version) + (stage === 'stable' ? '' : `${LETTER_OF_STAGE[stage]}${number}`);
}

/** Back from PEP 440 in any of its spellings; `1.2` is 1.2.0. What SemVer has no word for is a `version-unmappable`. */
export function fromPep440(text: string): string {
  const parsed = pep440.parse(text);
  if (parsed === null) throw new Problem('version-malformed', `${JSON.stringify(text)} is not a PEP 440 version`);
  const { epoch, release, pre, post, dev, local } = parsed;
  const has = [
    epoch !== 0 && 'an epoch',
    release.length > 3 && `${release.length} numbers`,
    post !== null && 'a post-release',
    local !== null && 'a local part',
    pre !== null && dev !== null && 'a development version of a pre-release',
  ].filter((reason) => reason !== false);
  if (has.length > 0) {
    throw new Problem('version-unmappable', `${text} has no SemVer form: it is or has ${has.join(', ')}`);
  }
  const [major = 0, minor = 0, patch = 0] = release;
  const numbers = `${major}.${minor}.${patch}`;
  if (pre !== null) return `${numbers}-${STAGE_OF_LETTER[`${pre[0]}`]}.${pre[1]}`;
  return dev === null ? numbers : `${numbers}-dev.${dev[1]}`;
}

/** `fromPep440` for text that may be anything. */
export function tryFromPep440(text: string): string | undefined {
  try {
    return fromPep440(text);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/**
 * The version that the next one counts from, for what a project's files say. A post-release counts as its release, and the work
 * towards a pre-release (1.2.0a2.dev0) as the one before it; `note` says so.
 */
export function baseVersion(text: string): { version: string; note?: string } {
  const parsed = pep440.parse(text);
  if (parsed === null || parsed.epoch !== 0 || parsed.local !== null || parsed.release.length > 3) {
    return { version: fromPep440(text) };
  }
  const { release, pre, post, dev } = parsed;
  const towardsPrerelease = post === null && pre !== null && dev !== null;
  if (post === null && !towardsPrerelease) return { version: fromPep440(text) };
  const stage = pre === null ? '' : towardsPrerelease ? before(pre) : pre.join('');
  const version = fromPep440(release.join('.') + stage);
  return { version, note: `${text} has no SemVer form and counts as ${version}` };
}

function before([letter, number]: readonly (string | number)[]): string {
  return number === 0 ? '.dev0' : `${letter}${Number(number) - 1}`;
}

/** PEP 440's order, which is SemVer's for all that both have: dev < alpha < beta < rc < stable, numbers as numbers. */
export function compareVersions(a: string, b: string): number {
  return pep440.compare(toPep440(a), toPep440(b));
}

/** For what an index or a wheel says: 1.2.0 equals 1.2 and 1.2.0-alpha.1 equals 1.2.0a1. False where either is no version. */
export function samePep440(a: string, b: string): boolean {
  return pep440.valid(a) !== null && pep440.valid(b) !== null && pep440.eq(a, b);
}

export function isPep440(text: string): boolean {
  return pep440.valid(text) !== null;
}

export function highestVersion(versions: readonly string[]): string | undefined {
  return versions.toSorted(compareVersions).at(-1);
}

/** 1.2.0 of 1.2.0-alpha.1 and of 1.2.0-dev.0. */
export function finalised(version: string): string {
  const { major, minor, patch } = partsOrThrow(version);
  return `${major}.${minor}.${patch}`;
}

export function isPrerelease(version: string): boolean {
  return partsOrThrow(version).stage !== 'stable';
}

/** The kind of release that a version is. */
export function stageOf(version: string): Stage {
  return partsOrThrow(parseVersion(version)).stage as Stage;
}
