import { lightGates } from './hotfix-rules.ts';
import type { Gate, Project, ReleaseKind, StageRules } from './project.ts';
import type { Procedure } from './run/request.ts';
import { stageOf } from './version.ts';
import { branchOf, tagOf } from './version-tag.ts';

export interface Released {
  readonly project: Project;
  readonly version: string;
  readonly procedure: Procedure;
}

/** Haste leaves out what only costs time: no rehearsal, no docs, no checklist; what is built is tried all the same. */
const HOTFIX: StageRules = { gates: null, rehearsal: false, index: true, image: true, docs: false, checklist: false };
/** The last good tree again: everything comes forward with it. */
const ROLL_FORWARD: StageRules = {
  gates: null,
  rehearsal: false,
  index: true,
  image: true,
  docs: true,
  checklist: false,
};

export function rulesOf({ project, version, procedure }: Released): StageRules {
  if (procedure.kind === 'hotfix') return HOTFIX;
  if (procedure.kind === 'roll-forward') return ROLL_FORWARD;
  return project.stages[stageOf(version)];
}

export function gatesOf(released: Released): readonly Gate[] {
  const { project, procedure, version } = released;
  // What a stable release leaves out, what repairs one leaves out as well.
  const { gates } = procedure.kind === 'release' ? project.stages[stageOf(version)] : project.stages.stable;
  const chosen = project.gates.filter((gate) => gates === null || gates.includes(gate.name));
  return procedure.kind === 'hotfix' ? lightGates(chosen) : chosen;
}

/** Whose roles sign. */
export function signedAs({ version, procedure }: Pick<Released, 'version' | 'procedure'>): ReleaseKind {
  switch (procedure.kind) {
    case 'hotfix':
      return 'hotfix';
    case 'rollback':
    case 'roll-forward':
      return 'rollback';
    case 'release':
      return stageOf(version);
  }
}

/** Only a stable release goes through main; a pre-release, a hotfix and a roll-forward are tagged on their own branch. */
export function goesThroughMain({ version, procedure }: Pick<Released, 'version' | 'procedure'>): boolean {
  return procedure.kind === 'release' && stageOf(version) === 'stable';
}

/** The branch that a version is made on. */
export function branchFor({ version, procedure }: Pick<Released, 'version' | 'procedure'>): string {
  if (procedure.kind === 'hotfix') return branchOf(version, 'hotfix');
  return branchOf(version, procedure.kind === 'release' ? 'release' : 'rollback');
}

export function tagMessageFor({ version, procedure }: Pick<Released, 'version' | 'procedure'>): string {
  if (procedure.kind === 'hotfix') return `Hotfix version ${version}`;
  return procedure.kind === 'release' ? `Release version ${version}` : `Rollback version ${version}`;
}

/** As the GitHub release is called. */
export function titleFor({ project, version, procedure }: Released): string {
  const suffix = { release: '', hotfix: ' (Hotfix)', 'roll-forward': ' (Rollback)', rollback: '' }[procedure.kind];
  return `${project.title} ${tagOf(version, project.version.tag)}${suffix}`;
}

/** The words of the commit that holds version and changelog. */
export function commitMessageFor({ version, procedure }: Pick<Released, 'version' | 'procedure'>): string {
  if (procedure.kind === 'hotfix') {
    const fixes = procedure.issue === null ? '' : ` (fixes #${procedure.issue})`;
    return `fix: ${procedure.title}${fixes}`;
  }
  return `chore: bump version to ${version}`;
}
