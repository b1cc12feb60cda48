import { OUTSIDE_PROBLEMS } from './outside-problems.ts';

/**
 * Every failure someone must act on: `retry` is Temporal's to use, `remedy` a person's.
 * A problem that is not to be retried blocks its step at once; the others block it when their time is over.
 */
export const PROBLEMS = {
  // What was asked for
  'version-malformed': { retry: false, remedy: 'Write a SemVer 2.0.0 version such as 1.2.0 or 1.2.0-alpha.1.' },
  'version-build-metadata': { retry: false, remedy: 'Leave out "+…": a package index does not take it.' },
  'version-unmappable': {
    retry: false,
    remedy: 'Name the version to release in full: the one that was found has no SemVer form.',
  },
  'prerelease-backwards': {
    retry: false,
    remedy: 'Choose the same or a later stage (alpha, beta, rc), or begin a new version.',
  },
  'version-not-higher': { retry: false, remedy: 'Choose a version higher than the last one.' },
  'version-taken': { retry: false, remedy: 'Raise the version: what is published under a version is never replaced.' },
  'bump-unclear': {
    retry: false,
    remedy: 'Say which part to raise: major, minor or patch, with or without a pre-release.',
  },
  'bump-below-suggestion': {
    retry: false,
    remedy: 'Start again with the suggested version, or skip this step to keep yours, saying why.',
  },
  'nothing-to-release': {
    retry: false,
    remedy: 'Nothing since the last version calls for a release: name a bump or a version.',
  },

  // Rollback
  'not-published': {
    retry: false,
    remedy:
      'Only what is published can be rolled back: correct the version, or abort a release that has not published yet.',
  },
  'rolled-back-already': { retry: false, remedy: 'Nothing to do: look at the rollback that is named.' },
  'retag-refused': {
    retry: false,
    remedy: 'Abort, and roll back with `tags: keep`: the tags cannot be moved honestly.',
  },
  'roll-forward-wanted': {
    retry: false,
    remedy:
      'Retry to release the last good tree under the next version; skip to leave it at taking the bad version away.',
  },
  'roll-forward-ended': {
    retry: false,
    remedy: 'Look at the run that is named. Retry to release the last good tree anew, or skip to go without.',
  },

  // Proofs
  'key-not-written': { retry: false, remedy: 'Name another folder, or another name by --kid.' },
  'proof-refused': {
    retry: false,
    remedy:
      "What is named was not sent by this service's API, or its key is no longer among `signatures.keys`. List the key again and retry; else abort, and find out who reaches Temporal.",
  },

  // A node of one machine, and its backups
  'state-in-use': {
    retry: false,
    remedy: 'End that node first (Ctrl-C, or SIGTERM to its process), or name another folder by SLIPWAY_STATE.',
  },
  'backup-not-written': {
    retry: false,
    remedy: 'Correct what is named: FILE is one that is not there yet, or a folder.',
  },
  'backup-broken': { retry: false, remedy: 'Use another backup: nothing was written.' },
  'backup-unreadable': {
    retry: false,
    remedy: 'Name a file that `slipway backup` wrote; one of a newer version is restored by that version.',
  },
  'restore-cut-off': { retry: false, remedy: 'Restore again with --force: what was there is in before-restore-….' },
  'state-not-empty': {
    retry: false,
    remedy: 'Name an empty folder by --state, or add --force: what is there is then moved aside, not deleted.',
  },

  // Project and configuration
  'date-malformed': { retry: false, remedy: 'Write a date such as 2026-01-31.' },
  'project-file-there': { retry: false, remedy: 'Add --force to write over it, or --out to write elsewhere.' },
  'repository-missing': { retry: false, remedy: 'Name the folder of a clone of the project: git clone it first.' },
  'project-unknown': { retry: false, remedy: 'Add the project file to the projects folder, or correct the name.' },
  'project-invalid': { retry: false, remedy: 'Correct the project file; all of its faults are listed.' },
  'configuration-invalid': { retry: false, remedy: 'Correct the configuration; all of its faults are listed.' },
  'identity-refused': { retry: false, remedy: 'Sign in anew at the identity provider, or ask whoever runs it.' },
  'identity-provider-unreachable': {
    retry: true,
    remedy: 'Wait for the identity provider, or use a token of Slipway.',
  },
  'preflight-failed': { retry: false, remedy: 'Correct what is listed, then retry.' },
  'credential-missing': { retry: false, remedy: 'Put the credential into the credentials folder, then retry.' },
  'credential-refused': {
    retry: false,
    remedy: 'Replace the credential by one that works, then retry: it is read anew.',
  },
  'permission-missing': { retry: false, remedy: 'Give the credential the rights that are named, then retry.' },

  // Version and changelog edits
  'version-homes-disagree': { retry: false, remedy: 'Make the version the same in every file that the project names.' },
  'version-home-missing': {
    retry: false,
    remedy: 'Name the files that hold the version in the project file (version.files).',
  },
  'changelog-empty': {
    retry: false,
    remedy: 'Write what changed and retry, or skip this step to take the entries from the commits.',
  },
  'changelog-unreadable': { retry: false, remedy: 'Correct the changelog, or name it in the project file.' },

  // Commands of the project
  'command-failed': { retry: false, remedy: 'Read the log, correct the cause, then retry.' },
  'command-timed-out': {
    retry: false,
    remedy: 'Read the log; raise the time limit in the project file or make it faster, then retry.',
  },
  'tool-missing': { retry: false, remedy: 'Install the program that is named on the build worker, then retry.' },
  'environment-failed': {
    retry: false,
    remedy: 'Read the log: an environment could not be installed. Correct it, then retry.',
  },
  'gate-failed': {
    retry: false,
    remedy: 'Read the report, correct the cause on the source branch, and release again; or skip the gate, saying why.',
  },
  'report-unreadable': {
    retry: false,
    remedy: 'Let the gate write the report that the project file names, then retry.',
  },
  'interpreter-missing': {
    retry: false,
    remedy: 'Install the Python version on the build worker, then retry; or skip the gate, saying why.',
  },
  'nothing-audited': { retry: false, remedy: 'Give the audit a source of advisories that it can reach, then retry.' },
  'build-failed': { retry: false, remedy: 'Read the log, correct the build, and release again.' },
  'metadata-refused': { retry: false, remedy: 'Correct the package metadata that is named, and release again.' },
  'install-failed': {
    retry: false,
    remedy: 'Read the log: the built package does not install or run. Correct it and release again.',
  },
  'version-mismatch': { retry: false, remedy: 'Make the package report the version that is released.' },
  'artifact-corrupt': {
    retry: false,
    remedy: 'The artifact store holds other bytes than their digest says: restore it, then retry.',
  },
  'artifact-missing': { retry: false, remedy: 'The artifact store lost a file: restore it, then retry.' },
  'encryption-key-missing': {
    retry: true,
    remedy:
      'Put the key back under encryption.keys of slipway.yaml: it is needed for as long as a run that it wrote is kept. All goes on by itself.',
  },
  'payload-unreadable': {
    retry: false,
    remedy:
      'Give the key id the key that it had, and all processes one TEMPORAL_NAMESPACE; else somebody has changed what Temporal keeps.',
  },
  'isolation-missing': {
    retry: false,
    remedy:
      'Install bubblewrap on the build worker, or let it make namespaces (docs/security.md says how), then retry; or do without `isolation: required`.',
  },
  'store-unreachable': { retry: true, remedy: 'Wait for the artifact store: it is asked again by itself.' },
  'store-refused': {
    retry: false,
    remedy: 'Look at the key, its policy and the bucket of the artifact store (docs/configuration.md), then retry.',
  },
  'worker-unfit': { retry: true, remedy: 'Look at the log of the worker.' },

  ...OUTSIDE_PROBLEMS,

  // Waiting
  'not-yet': { retry: true, remedy: 'Nothing to do: it is looked at again by itself.' },

  // Sign-offs beside the credential
  'sign-offs-missing': {
    retry: false,
    remedy: 'The sign-offs for these very files are not complete: sign off, then retry.',
  },
} as const satisfies Record<string, { retry: boolean; remedy: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What travels with a problem besides its message: small, never a secret. `log` is a digest in the artifact store. */
export interface ProblemFacts {
  readonly log?: string;
  readonly faults?: readonly string[];
  readonly retryAfterSeconds?: number;
}

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly facts: ProblemFacts;

  constructor(code: ProblemCode, message: string, options: ErrorOptions & ProblemFacts = {}) {
    const { log, faults, retryAfterSeconds, ...errorOptions } = options;
    super(message, errorOptions);
    this.code = code;
    this.facts = {
      ...(log === undefined ? {} : { log }),
      ...(faults === undefined ? {} : { faults }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  }

  get remedy(): string {
    return PROBLEMS[this.code].remedy;
  }

  get retry(): boolean {
    return PROBLEMS[this.code].retry;
  }
}

/** A problem as it is kept in a run and shown: plain data. */
export interface ProblemNote {
  readonly code: ProblemCode | 'unexpected';
  readonly message: string;
  readonly remedy: string;
  readonly log?: string;
  readonly faults?: readonly string[];
}
