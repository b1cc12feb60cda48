import { isOwnUnderStrict, refusalByRole } from '../authority.ts';
import type { Project, ReleaseKind, Role } from '../project.ts';
import { signedAs } from '../stage-rules.ts';
import type { SignOffSignal } from './messages.ts';
import type { RunState, SignOff } from './state.ts';

export type SignOffVerdict =
  | { readonly kind: 'approved' }
  | { readonly kind: 'rejected'; readonly by: string; readonly role: Role; readonly comment?: string };

/** Roles that this run needs, by the project's policy for its kind of release; one that is there twice needs two people. */
export function wantedRoles(project: Project, kind: ReleaseKind): readonly Role[] {
  return project.signOffs[kind];
}

export function wantedBy(state: RunState): readonly Role[] {
  return state.frozen ? wantedRoles(state.frozen.project, signedAs(state)) : [];
}

/** Sign-offs that hold for the commit and the manifest as they are now. */
export function holding(state: Pick<RunState, 'signOffs' | 'commit' | 'manifest'>): SignOff[] {
  return state.signOffs.filter(
    (one) => one.voided === undefined && one.commit === state.commit && one.manifest === state.manifest?.digest,
  );
}

/** Roles of which fewer people have approved than are wanted, each named once. */
export function rolesMissingIn(wanted: readonly Role[], signOffs: readonly SignOff[]): Role[] {
  const approvals = signOffs.filter((one) => one.decision === 'approve');
  return [...new Set(wanted)].filter((role) => {
    const people = new Set(approvals.filter((one) => one.role === role).map((one) => one.by));
    return people.size < howMany(wanted, role);
  });
}

export function howMany(wanted: readonly Role[], role: Role): number {
  return wanted.filter((one) => one === role).length;
}

export function missingRoles(state: RunState): Role[] {
  return rolesMissingIn(wantedBy(state), holding(state));
}

/** undefined: still waiting. One rejection is enough to reject. */
export function verdictOn(state: RunState): SignOffVerdict | undefined {
  const no = holding(state).find((one) => one.decision === 'reject');
  if (no)
    return { kind: 'rejected', by: no.by, role: no.role, ...(no.comment === undefined ? {} : { comment: no.comment }) };
  return missingRoles(state).length === 0 ? { kind: 'approved' } : undefined;
}

export function applySignOff(state: RunState, signal: SignOffSignal, now: string): string | undefined {
  const refusal = refusalOf(state, signal);
  if (refusal) return refusal;
  const { proof, ...sent } = signal;
  state.signOffs.push({
    role: signal.role,
    decision: signal.decision,
    by: signal.by,
    at: now,
    commit: signal.commit,
    manifest: signal.manifest,
    ...(signal.comment === undefined ? {} : { comment: signal.comment }),
    ...(signal.by === state.startedBy ? { own: true } : {}),
    ...(proof === undefined ? {} : { signed: { payload: sent, proof } }),
  });
  return undefined;
}

function refusalOf(state: RunState, signal: SignOffSignal): string | undefined {
  const { by, role } = signal;
  const { project, people } = state.frozen!;
  const wanted = wantedBy(state);
  const person = people.find(({ login }) => login === by);
  if (!person) return `${by} is not known to this service`;
  if (!wanted.includes(role))
    return `this run asks for no sign-off as ${role}: it asks for ${wanted.join(', ') || 'none'}`;
  if (!person.roles.includes(role)) return `${by} does not hold the role ${role}`;
  const may = refusalByRole(person, 'sign');
  if (may) return may;
  if (!state.commit || !state.manifest) return 'there is nothing to sign off yet: the manifest is not frozen';
  if (signal.commit !== state.commit) return `the commit is ${state.commit} now, not ${signal.commit}`;
  if (signal.manifest !== state.manifest.digest)
    return `the manifest is ${state.manifest.digest} now, not ${signal.manifest}`;
  if (state.reached !== 'nothing') return 'the release is merged: it can no longer be signed off';
  if (isOwnUnderStrict(project, by, state.startedBy))
    return `${by} started this run, and nobody signs off what they started`;
  return refusalOfAnother(state, signal);
}

/** What was signed before leaves room for this one? */
function refusalOfAnother(state: RunState, { by, role }: SignOffSignal): string | undefined {
  const held = holding(state);
  const inRole = held.filter((one) => one.role === role);
  if (inRole.length >= howMany(wantedBy(state), role)) return `${role} has signed off already`;
  if (inRole.some((one) => one.by === by)) return `${by} has signed off as ${role} already: another person's is wanted`;
  if (state.frozen!.project.policy === 'strict' && held.some((one) => one.by === by))
    return `${by} has signed off already, and nobody signs twice`;
  return undefined;
}

/** What was signed is no longer what would ship. */
export function voidSignOffs(state: RunState, reason: string): void {
  for (const one of holding(state)) one.voided = reason;
}
