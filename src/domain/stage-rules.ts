import type { Gate, Project, StageRules } from './project.ts';
import { stageOf } from './version.ts';

interface Released {
  readonly project: Project;
  readonly version: string;
}

export function rulesOf({ project, version }: Released): StageRules {
  return project.stages[stageOf(version)];
}

export function gatesOf(released: Released): readonly Gate[] {
  const { gates } = rulesOf(released);
  return released.project.gates.filter((gate) => gates === null || gates.includes(gate.name));
}

/** Only a stable release goes through main; a pre-release is tagged on the release branch. */
export function goesThroughMain({ version }: Pick<Released, 'version'>): boolean {
  return stageOf(version) === 'stable';
}
