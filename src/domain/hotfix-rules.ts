import { nextVersion } from './next-version.ts';
import { Problem } from './problem.ts';
import type { Gate, Project } from './project.ts';
import { compareVersions, finalised, highestVersion, isPrerelease, partsOf } from './version.ts';
import { versionOfTag } from './version-tag.ts';

const LINT_OR_TYPES = /^(python -m )?(ruff|flake8|pylint|mypy|pyright|basedpyright|ty|pyre|pytype)\b/;
const NAMED = ['lint', 'types', 'typing', 'ruff', 'mypy'];

/** In haste: what the project calls critical, lint and types. A project that calls nothing critical has all its own gates run. */
export function lightGates(gates: readonly Gate[]): readonly Gate[] {
  const critical = gates.filter((gate) => gate.critical);
  if (critical.length === 0) return gates.filter((gate) => gate.builtin === null && gate.benchmark === undefined);
  return gates.filter((gate) => gate.critical || isLintOrTypes(gate));
}

function isLintOrTypes({ name, run }: Gate): boolean {
  return NAMED.includes(name) || (run !== null && LINT_OR_TYPES.test(run.trim()));
}

interface Asked {
  readonly project: Pick<Project, 'version'>;
  readonly version: string;
}

/** Somebody has a higher stable version already: this one is for those who stay behind. */
export function isOlderLine({ project, version }: Asked, tags: readonly string[]): boolean {
  return stableVersions(project, tags).some((other) => compareVersions(other, version) > 0);
}

/** The next patch of main's last version, or of the line that the tag `base` is of. */
export function nextHotfix(project: Pick<Project, 'version'>, tags: readonly string[], base: string | null): string {
  const stable = stableVersions(project, tags);
  const of = base === null ? null : versionOfTag(base, project.version.tag);
  if (base !== null && (of === undefined || of === null || !tags.includes(base)))
    throw new Problem('base-unknown', `${base} is no tag of a version of this project`);
  const line = of ? stable.filter((version) => sameLine(version, of)) : stable;
  const last = highestVersion(line);
  if (last === undefined) throw new Problem('base-unknown', 'no version is tagged yet: there is nothing to fix');
  return nextVersion({ base: last, bump: 'patch' });
}

/** Why a version is none for a hotfix of this base; undefined where it is. */
export function faultOfHotfix(
  { project, version }: Asked,
  tags: readonly string[],
  base: string | null,
): string | undefined {
  if (isPrerelease(version)) return `${version} is a pre-release: a hotfix is a stable version`;
  const from = base === null ? highestVersion(stableVersions(project, tags)) : versionOfTag(base, project.version.tag);
  if (base !== null && (from === undefined || !tags.includes(base)))
    return `${base} is no tag of a version of this project`;
  if (from === undefined) return 'no version is tagged yet: there is nothing to fix';
  if (compareVersions(version, from) <= 0) return `${version} is not higher than ${from}, which it fixes`;
  if (base !== null && !sameLine(version, from)) return `${version} is not of the line of ${base}`;
  return undefined;
}

function sameLine(a: string, b: string): boolean {
  const [one, other] = [partsOf(finalised(a)), partsOf(finalised(b))];
  return one?.major === other?.major && one?.minor === other?.minor;
}

function stableVersions({ version }: Pick<Project, 'version'>, tags: readonly string[]): string[] {
  const versions = tags.flatMap((tag) => versionOfTag(tag, version.tag) ?? []);
  return versions.filter((one) => !isPrerelease(one));
}
