import type { Role } from './project.ts';

/** What a person can ask of the service. Whether a signal counts is judged by its run, with the rules of its policy. */
export type Act = 'look' | 'start' | 'roll-back' | 'sign' | 'check' | 'decide' | 'control';

const EVERY: readonly Role[] = [
  'releaser',
  'tech-lead',
  'qa',
  'product-owner',
  'operator',
  'viewer',
  'admin',
  'security',
];
const WHO: Readonly<Record<Act, readonly Role[]>> = {
  look: EVERY,
  start: ['releaser', 'admin'],
  'roll-back': ['releaser', 'operator', 'admin'],
  sign: EVERY.filter((role) => role !== 'viewer'),
  check: EVERY.filter((role) => role !== 'viewer'),
  decide: ['releaser', 'operator', 'admin'],
  control: ['releaser', 'operator', 'admin'],
};

export function mayDo(roles: readonly Role[], act: Act): boolean {
  return roles.some((role) => WHO[act].includes(role));
}

/** Roles that may do it, for the one who is told that they may not. */
export function whoMay(act: Act): readonly Role[] {
  return WHO[act];
}
