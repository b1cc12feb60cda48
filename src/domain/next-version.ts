import inc from 'semver/functions/inc.js';
import { Problem } from './problem.ts';
import { baseVersion, finalised, partsOf } from './version.ts';

export type Bump = 'major' | 'minor' | 'patch' | 'prerelease';
export type PrereleaseStage = 'alpha' | 'beta' | 'rc';

export interface BumpRequest {
  /** What the next version counts from, as a file or a tag says it: SemVer or PEP 440. */
  readonly base: string;
  readonly bump: Bump;
  readonly prerelease?: PrereleaseStage | undefined;
}

const STAGES: readonly string[] = ['dev', 'alpha', 'beta', 'rc'];

/** The version that a bump gives; a bump that gives none is a problem that says what to write instead. */
export function nextVersion({ base: text, bump, prerelease }: BumpRequest): string {
  const base = baseVersion(text).version;
  if (bump === 'prerelease') return nextPrerelease(base, prerelease);
  if (prerelease === undefined) return raised(base, bump);
  // A published pre-release has begun its version, so that the next series is a further one; a .dev has published nothing.
  const from = partsOf(base)?.stage === 'dev' ? base : finalised(base);
  return `${raised(from, bump)}-${prerelease}.1`;
}

function nextPrerelease(base: string, wanted: PrereleaseStage | undefined): string {
  const { stage, number } = partsOf(base)!;
  if (stage === 'stable') {
    const example = wanted ?? 'alpha';
    const next = nextVersion({ base, bump: 'minor', prerelease: example });
    throw new Problem(
      'bump-unclear',
      `${base} is a stable version, and a pre-release of which next one is meant? Write major, minor or patch together with ` +
        `the stage: minor with ${example} is ${next}`,
    );
  }
  if (stage === 'dev' && wanted === undefined) {
    throw new Problem('bump-unclear', `${base} has no stage yet: write prerelease with alpha, beta or rc`);
  }
  const next = wanted ?? (stage as PrereleaseStage);
  if (next === stage) return `${finalised(base)}-${stage}.${number + 1}`;
  if (STAGES.indexOf(next) < STAGES.indexOf(stage)) {
    throw new Problem(
      'prerelease-backwards',
      `${base} is past ${next}: write prerelease with ${stage} (${finalised(base)}-${stage}.${number + 1}) or a later stage, ` +
        `or begin a new version: minor with ${next} is ${nextVersion({ base, bump: 'minor', prerelease: next })}`,
    );
  }
  return `${finalised(base)}-${next}.1`;
}

/** SemVer's own rule: from 1.2.0-rc.2 a minor (or a patch) is 1.2.0, a major 2.0.0. */
function raised(base: string, bump: 'major' | 'minor' | 'patch'): string {
  return inc(base, bump)!;
}

/** The version whose milestone follows a version's. */
export function nextMilestone(version: string): string {
  return raised(finalised(version), 'minor');
}
