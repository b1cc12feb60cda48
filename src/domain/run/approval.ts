import { Problem } from '../problem.ts';
import type { Project } from '../project.ts';
import { signedAs } from '../stage-rules.ts';
import type { Procedure } from './request.ts';
import { rolesMissingIn, wantedRoles } from './sign-offs.ts';
import type { SignOff } from './state.ts';

interface Signed {
  readonly project: Project;
  readonly version: string;
  readonly procedure: Procedure;
  readonly startedBy: string;
  readonly commit: string;
  readonly manifest: string;
  readonly signOffs: readonly SignOff[];
}

/** The same rules once more, beside the credential: whoever reached the workflow has not reached the release. */
export function assertSignedOff(signed: Signed): void {
  const { project, version, startedBy, commit, manifest } = signed;
  const holding = countedSignOffs(signed);
  const missing = rolesMissingIn(wantedRoles(project, signedAs(signed)), holding);
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

/** The approvals that are for this very commit and manifest. */
export function countedSignOffs({
  signOffs,
  commit,
  manifest,
}: Pick<Signed, 'signOffs' | 'commit' | 'manifest'>): SignOff[] {
  return signOffs.filter(
    (one) =>
      one.decision === 'approve' && one.voided === undefined && one.commit === commit && one.manifest === manifest,
  );
}
