import type { CadenceName } from './calendar.ts';
import type { BoardRules, Channel, MilestoneRules } from './channel.ts';
import type { IsolationRule, Limits } from './confinement.ts';
import type { Monitoring } from './monitoring.ts';
import type { Reminders } from './reminders.ts';

/** The project file (docs/project-file.md) after every default has been filled in: what a run freezes as it starts. Times are in seconds. */
export interface Project {
  readonly project: string;
  readonly repository: string;
  /** Name on the index, as written; compare it normalised (PEP 503). */
  readonly package: string;
  readonly title: string;
  readonly branches: { readonly main: string; readonly develop: string | null };
  readonly version: VersionSource;
  /** null: the project keeps none. */
  readonly changelog: string | null;
  /** towncrier's fragments, where the changelog is made from them. */
  readonly towncrier: boolean;
  readonly environment: { readonly python: string | null; readonly install: readonly string[] };
  /** Only ever stricter than the build worker's own rule. */
  readonly isolation?: Exclude<IsolationRule, 'none'>;
  /** Of each of the project's commands, where they are not the usual ones. */
  readonly limits?: Partial<Limits>;
  readonly gates: readonly Gate[];
  readonly smoke: readonly Smoke[];
  readonly checklist: { readonly before: readonly ChecklistEntry[]; readonly after: readonly ChecklistEntry[] };
  readonly policy: 'strict' | 'light';
  /** A role that is there twice: two people who hold it. */
  readonly signOffs: Readonly<Record<ReleaseKind, readonly Role[]>>;
  /** Who may skip a step or roll back, where that is not as usual. */
  readonly may?: { readonly skip?: readonly Role[]; readonly 'roll-back'?: readonly Role[] };
  readonly pullRequest: { readonly approvals: number | null };
  /** Set where a workflow of the project's own builds; else a build worker does. */
  readonly build?: { readonly workflow: WorkflowJob; readonly sdist: 'worker' | 'workflow' };
  readonly apiDocs: {
    readonly run: string;
    readonly paths: readonly string[];
    readonly timeout: number;
    readonly network: boolean;
  } | null;
  /** Of what the package needs, made in its clean environment. */
  readonly sbom?: 'cyclonedx' | 'none';
  readonly publish: Publish;
  /** Gates, sign-offs, targets, checklist and rehearsal for each stage, where they differ from a stable release's. */
  readonly stages: Readonly<Record<Stage, StageRules>>;
  readonly waits: Waits;
  /** null: nothing is watched after a release. */
  readonly monitoring: Monitoring | null;
  readonly announce: readonly Channel[];
  /** null: nobody is told a second time. */
  readonly reminders: Reminders | null;
  /** What the calendar asks for: `weekly`, `4-6 weeks`. */
  readonly schedule: Readonly<Partial<Record<CadenceName, string>>>;
  readonly milestones: MilestoneRules;
  /** Set on what is in the version's milestone and closed. */
  readonly labels: readonly string[];
  readonly board: BoardRules | null;
}

export type Role = 'releaser' | 'tech-lead' | 'qa' | 'product-owner' | 'operator' | 'viewer' | 'admin' | 'security';
export type Stage = 'alpha' | 'beta' | 'rc' | 'stable';
export type ReleaseKind = Stage | 'hotfix' | 'rollback';

/** `files` null: found by looking (version homes); [] with `dynamic`: the version comes from the tag. */
export interface VersionSource {
  readonly files: readonly string[] | null;
  readonly docs: readonly string[];
  /** Must hold `{version}`. */
  readonly tag: string;
  readonly dynamic: boolean;
}

export interface Gate {
  readonly name: string;
  /** A shell line of the project's own, run as written on a build worker; null for a builtin. */
  readonly run: string | null;
  readonly builtin: 'reviewed' | 'checks' | 'pythons' | 'audit' | 'licences' | null;
  readonly critical: boolean;
  readonly timeout: number;
  readonly network: boolean;
  readonly limits?: Partial<Limits>;
  readonly coverage?: {
    readonly report: string;
    readonly overall?: number;
    readonly paths: Readonly<Record<string, number>>;
  };
  readonly junit?: {
    readonly report: string;
    readonly minTests: number;
    readonly maxFailures: number;
    readonly maxSkipped?: number;
  };
  readonly bandit?: { readonly report: string; readonly failOn: 'low' | 'medium' | 'high' };
  /** Compared with a baseline measured beside it from the last tag; maxSlower 0.2 lets the mean be 20 % slower. */
  readonly benchmark?: { readonly report: string; readonly maxSlower: number };
  readonly pythons?: readonly string[];
  readonly audit?: { readonly osvUrl?: string; readonly ignore: readonly string[] };
  readonly licences?: { readonly allow: readonly string[]; readonly ignore: readonly string[] };
}

/** A command whose exit status counts, or a server that is started and whose paths are asked. */
export type Smoke =
  | { readonly kind: 'command'; readonly run: string; readonly timeout: number; readonly network: boolean }
  | {
      readonly kind: 'server';
      readonly run: string;
      /** Holds `{port}` where the server is told its port. */
      readonly url: string;
      readonly expect: readonly { readonly path: string; readonly status: number; readonly contains?: string }[];
      readonly timeout: number;
      readonly network: boolean;
    };

export interface ChecklistEntry {
  /** Short and stable: what a `check` signal names. */
  readonly item: string;
  readonly text: string;
  readonly how?: string;
  readonly when: 'always' | 'breaking';
}

export interface IndexTarget {
  /** Well-known: `pypi`, `testpypi`. Any other needs its addresses. */
  readonly name: string;
  /** null: `workflow` uploads. */
  readonly credential: string | null;
  /** Of the production index alone. */
  readonly workflow?: WorkflowJob;
  readonly uploadUrl?: string;
  readonly simpleUrl?: string;
  /** Base of `/<name>/<version>/json`; only what speaks PyPI's JSON. */
  readonly jsonUrl?: string;
  /** The page of a project; `{name}` and `{version}`. */
  readonly pageUrl?: string;
}

/** A workflow of the project's own on GitHub Actions that does a part of the release. */
export interface WorkflowJob {
  /** In .github/workflows. */
  readonly file: string;
  /** Besides those that Slipway gives; `{version}`, `{pep440}` and `{tag}` are filled in. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The GitHub environment that one of its jobs must name. */
  readonly environment: string | null;
  /** What it is dispatched on, where that is not the tag or the release branch; it must stand at the very commit. */
  readonly ref: string | null;
}

export interface Publish {
  readonly testIndex: IndexTarget | null;
  readonly index: IndexTarget;
  readonly github: {
    /** Of a token; with `app`, of the private key of the GitHub App. */
    readonly credential: string;
    /** Left out, the installation is looked up by the repository. */
    readonly app?: { readonly id: number; readonly installation?: number };
    readonly apiUrl?: string;
  } | null;
  /** Tags are signed by an SSH key, whose credential that names. */
  readonly tags?: { readonly sign: { readonly key: string } };
  /** The statement of provenance is signed by an Ed25519 key. */
  readonly statement?: { readonly sign: { readonly key: string } };
  readonly image: {
    /** Registry and repository without a tag, e.g. ghcr.io/acme/sample. */
    readonly name: string;
    readonly credential: string | null;
    readonly dockerfile: string;
    readonly buildArgs: Readonly<Record<string, string>>;
    readonly timeout: number;
    /** `skip`: a build worker without an engine leaves the image out, visibly. */
    readonly withoutEngine: 'block' | 'skip';
  } | null;
  readonly docs: {
    readonly build: string;
    readonly dir: string;
    readonly branch: string;
    readonly timeout: number;
    readonly network: boolean;
  } | null;
  readonly promote: 'at-once' | 'after-window';
  readonly mergeBack: boolean;
  readonly mergeMethod: 'merge' | 'squash' | 'rebase';
  /** After the merge and before the first file on the index: what an abort does about the merge. */
  readonly revertOnAbort: boolean;
}

export interface StageRules {
  /** Names of gates; null: all. */
  readonly gates: readonly string[] | null;
  readonly rehearsal: boolean;
  readonly index: boolean;
  readonly image: boolean;
  readonly docs: boolean;
  readonly checklist: boolean;
}

/** How long the run waits for something outside before it asks a person, and how often it looks; all in seconds. */
export interface Waits {
  readonly quick: number;
  readonly upload: number;
  readonly visible: number;
  readonly visibleEvery: number;
  readonly reviewEvery: number;
  readonly checks: number;
  readonly checksEvery: number;
  /** How long a job of a dispatched workflow may take. */
  readonly workflow: number;
  readonly workflowEvery: number;
  readonly heartbeat: number;
}
