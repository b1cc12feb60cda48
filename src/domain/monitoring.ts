import type { ReleaseKind } from './project.ts';

/** How a release is watched after it is published. Times are in seconds. */
export interface Monitoring {
  readonly window: number;
  readonly every: number;
  /** What a breach does: ask people, or start the rollback by itself. */
  readonly onBreach: OnBreach;
  /** Kinds of release that have a window; a roll-forward counts as `rollback`. */
  readonly stages: readonly ReleaseKind[];
  readonly probes: readonly Probe[];
}

export type OnBreach = 'ask' | 'rollback';

interface Watched {
  readonly name: string;
  /** So many bad readings in a row are borne; one more is a breach. */
  readonly tolerate: number;
  readonly every: number;
  /** How long after the release it begins. */
  readonly after: number;
  readonly onBreach: OnBreach;
}

/** A value below `min` or above `max` is unhealthy. */
export interface Limits {
  readonly min?: number;
  readonly max?: number;
}

export interface IndexProbe extends Watched {
  readonly kind: 'index';
}
export interface TagProbe extends Watched {
  readonly kind: 'tag';
}
export interface GitHubReleaseProbe extends Watched {
  readonly kind: 'github-release';
}
export interface IssuesProbe extends Watched {
  readonly kind: 'issues';
  /** An issue with any of them counts. */
  readonly labels: readonly string[];
  readonly max: number;
}
/** Any JSON over HTTP; `{name}`, `{version}`, `{pep440}` and `{tag}` in the address are filled in. */
export interface JsonProbe extends Watched, Limits {
  readonly kind: 'downloads' | 'http';
  readonly url: string;
  /** RFC 6901. */
  readonly pointer: string;
  readonly credential: string | null;
}
export interface PrometheusProbe extends Watched, Limits {
  readonly kind: 'prometheus';
  readonly url: string;
  readonly query: string;
  readonly credential: string | null;
}
export interface InstallProbe extends Watched {
  readonly kind: 'install';
  readonly timeout: number;
}
/** The project's own script: healthy by its exit status, or by a number in the JSON of its last line. */
export interface CommandProbe extends Watched, Limits {
  readonly kind: 'command';
  readonly run: string;
  readonly pointer: string | null;
  readonly timeout: number;
}

/** Looks at the outside, beside the credentials. */
export type OutsideProbe = IndexProbe | TagProbe | GitHubReleaseProbe | IssuesProbe | JsonProbe | PrometheusProbe;
/** Runs project code, without a credential. */
export type BuildProbe = InstallProbe | CommandProbe;
export type Probe = OutsideProbe | BuildProbe;

export function runsProjectCode(probe: Probe): probe is BuildProbe {
  return probe.kind === 'install' || probe.kind === 'command';
}
