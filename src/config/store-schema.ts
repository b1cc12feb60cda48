import { z } from 'zod';
import { storeAddress } from './address.ts';
import { keys, oneLine, pattern } from './schema-parts.ts';

const bucketName = pattern(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  'Write the name of the bucket: lower-case letters, digits, dots and dashes.',
);
const prefix = pattern(/^([A-Za-z0-9][\w.-]*\/)*$/, 'Write folders that end in /, such as slipway/, or leave it out.');
const region = pattern(/^[a-z0-9-]{1,40}$/, "Write the bucket's region, such as eu-central-1.");

/** Of the artifact store and the archive, where several machines share them: docs/configuration.md. */
export const storeSchema = keys({
  s3: keys({
    endpoint: storeAddress,
    bucket: bucketName,
    prefix: prefix.default(''),
    region: region.default('us-east-1'),
    addressing: z.enum(['path', 'host']).default('path'),
    /** File with AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=…, beside slipway.yaml unless it is absolute. */
    credentials: oneLine,
  }),
});

export type BucketPlace = z.output<typeof storeSchema>['s3'];
