import { Problem } from '../problem.ts';
import type { Project } from '../project.ts';
import { stageOf } from '../version.ts';
import { wantedRoles } from './sign-offs.ts';
import type { SignOff } from './state.ts';

interface Signed {
  readonly project: Project;
  readonly version: string;
  readonly startedBy: string;
  readonly commit: string;
  readonly manifest: string;
  readonly signOffs: readonly SignOff[];
}

/** The same rules once more, beside the credential: whoever reached the workflow has not reached the release. */
export function assertSignedOff({ project, version, startedBy, commit, manifest, signOffs }: Signed): void {
  const holding = signOffs.filter(
    (one) =>
      one.decision === 'approve' && one.voided === undefined && one.commit === commit && one.manifest === manifest,
  );
  const signed = new Set(holding.map((one) => one.role));
  const missing = wantedRoles(project, stageOf(version)).filter((role) => !signed.has(role));
  if (missing.length > 0)
    throw new Problem(
      'sign-offs-missing',
      `${version}: no sign-off by ${missing.join(', ')} for ${commit} and ${manifest}`,
    );
  if (project.policy !== 'strict') return;
  const people = holding.map((one) => one.by);
  if (people.includes(startedBy)) throw new Problem('sign-offs-missing', `${startedBy} signed off what they started`);
  if (new Set(people).size < people.length) throw new Problem('sign-offs-missing', 'one person signed off twice');
}
