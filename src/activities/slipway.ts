import type { Person } from './ports.ts';

/** Author of everything that a run commits and tags: fixed, so that a retry makes the same object. */
export const SLIPWAY: Person = { name: 'Slipway', email: 'slipway@localhost' };
