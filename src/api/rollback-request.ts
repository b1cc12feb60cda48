import { z } from 'zod';
import { projectName } from '../config/project-schema.ts';
import { keys } from '../config/schema-parts.ts';
import { version, words } from './request-parts.ts';

/** What becomes of the version, and what comes in its place. */
export const rollbackRequest = keys({
  project: projectName,
  version,
  reason: words,
  rollForward: z.enum(['ask', 'yes', 'no']).default('ask'),
  tags: z.enum(['keep', 'retag']).default('keep'),
}).meta({ id: 'RollbackRequest' });

export type RollbackRequestBody = z.output<typeof rollbackRequest>;
