import { z } from 'zod';
import { address } from './address.ts';
import { credentialName, keys } from './schema-parts.ts';

/** By a token, or as an App; which of the two is looked at afterwards, and the token's usual name filled in. */
export const githubSchema = keys({
  credential: credentialName.exactOptional(),
  app: keys({
    id: z.int().min(1),
    installation: z.int().min(1).exactOptional(),
    key: credentialName,
  }).exactOptional(),
  apiUrl: address.exactOptional(),
});

/** Tags, or the statement of provenance. */
export const signedSchema = keys({ sign: keys({ key: credentialName }) });
