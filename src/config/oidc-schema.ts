import { z } from 'zod';
import { address } from './address.ts';
import { role } from './project-schema.ts';
import { sentence } from './schema-faults.ts';
import { duration, keys, oneLine } from './schema-parts.ts';

/** Keys of two halves only: with a shared secret, whoever can check a token can make one. */
const ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
] as const;

const algorithm = z.enum(ALGORITHMS, {
  error: () => sentence('is no algorithm that is taken here', `Write one of: ${ALGORITHMS.join(', ')}.`),
});

/** `oidc` of slipway.yaml: an identity provider that vouches for people. */
export const oidcSchema = keys({
  issuer: address,
  clientId: oneLine,
  /** A file that only the API reads; without one Slipway is a public client. */
  clientSecretFile: oneLine.exactOptional(),
  scopes: z.array(oneLine).default(['openid', 'profile', 'email']),
  /** Of bearer tokens for the API; without one there are none. */
  audience: oneLine.exactOptional(),
  algorithms: z.array(algorithm).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  claims: keys({
    /** Names the person: as their login here, or `email`, as their e-mail address here. */
    login: oneLine.default('preferred_username'),
    name: oneLine.default('name'),
    roles: oneLine.default('groups'),
  }).prefault({}),
  /** What a value of the claim of roles means here. */
  roles: z.record(oneLine, z.array(role)).default({}),
  /** How long a sign-in by it holds, at most. */
  session: duration.prefault('12h'),
});

export type OidcFile = z.output<typeof oidcSchema>;
