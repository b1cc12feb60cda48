import { z } from 'zod';
import { projectName } from '../config/project-schema.ts';
import { sentence } from '../config/schema-faults.ts';
import { keys } from '../config/schema-parts.ts';
import { version } from './request-parts.ts';

const bump = z.enum(['major', 'minor', 'patch', 'prerelease']);
const prerelease = z.enum(['alpha', 'beta', 'rc']);

const shape = keys({
  project: projectName,
  version: version.exactOptional(),
  bump: bump.exactOptional(),
  prerelease: prerelease.exactOptional(),
  dryRun: z.boolean().default(false),
  testOnly: z.boolean().default(false),
  adopt: z.boolean().default(false),
});

/** A rule between keys, looked at although single keys have faults: all of them are told at once. */
function rule(
  holds: (request: z.output<typeof shape>) => boolean,
  path: string,
  error: string,
): Parameters<typeof shape.refine> {
  const when = ({ value }: { value: unknown }) => typeof value === 'object' && value !== null && !Array.isArray(value);
  return [holds as (request: unknown) => boolean, { path: [path], error, when }];
}

const oneOfThem = 'Send either a version or a bump.';

export const releaseRequest = shape
  .refine(...rule((one) => 'version' in one || 'bump' in one, 'version', sentence('is missing', oneOfThem)))
  .refine(
    ...rule((one) => !('version' in one && 'bump' in one), 'version', sentence('is there beside a bump', oneOfThem)),
  )
  .refine(
    ...rule(
      (one) => !('version' in one && 'prerelease' in one),
      'prerelease',
      sentence('is there beside a version', 'Send it with a bump: a version says itself what it is.'),
    ),
  )
  .refine(
    ...rule(
      (one) => !(one.dryRun === true && one.testOnly === true),
      'testOnly',
      sentence('is there beside dryRun', 'Send one of them: a dry run pushes nothing, a test run rehearses.'),
    ),
  )
  .refine(
    ...rule(
      (one) => !(one.adopt === true && 'bump' in one),
      'adopt',
      sentence('is there beside a bump', 'Send the version that was begun.'),
    ),
  )
  .refine(
    ...rule(
      (one) => !(one.adopt === true && one.testOnly === true),
      'adopt',
      sentence('is there beside testOnly', 'Send it with dryRun to see what would be done.'),
    ),
  )
  .meta({ id: 'ReleaseRequest', description: 'A version, or a bump with or without a pre-release.' });

export type ReleaseRequestBody = z.output<typeof releaseRequest>;

export const nextQuery = keys({ bump: bump.exactOptional(), prerelease: prerelease.exactOptional() });
