import type { Role } from '../domain/project.ts';
import type { OidcFile } from './oidc-schema.ts';
import type { PersonEntry } from './service-file.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Whom an identity provider vouches for, and which roles its claims mean here, beyond those of the configuration. */
export interface ClaimedPerson {
  readonly login: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** undefined: nobody that could be known here. An address that the provider has not verified is nobody's. */
export function claimedPerson(
  claims: Claims,
  { claims: names, roles }: Pick<OidcFile, 'claims' | 'roles'>,
  people: readonly PersonEntry[],
): ClaimedPerson | undefined {
  const named = textAt(claims, names.login);
  const entry = people.find((one) => isOf(one, named, names.login));
  if (named === undefined || (names.login === 'email' && claims.email_verified !== true)) return undefined;
  const login = entry?.login ?? named;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(login)) return undefined;
  const values = valuesAt(claims, names.roles);
  const meant = values.flatMap((value) => (Object.hasOwn(roles, value) ? roles[value]! : []));
  return { login, name: entry?.name ?? textAt(claims, names.name) ?? login, roles: [...new Set(meant)] };
}

/** Logins differ by more than their case, so another's cannot be taken by writing it otherwise. */
function isOf(entry: PersonEntry, named: string | undefined, claim: string): boolean {
  const own = claim === 'email' ? entry.email : entry.login;
  return own !== undefined && own.toLowerCase() === named?.toLowerCase();
}

function textAt(claims: Claims, path: string): string | undefined {
  const value = at(claims, path);
  return typeof value === 'string' && value.length <= 200 ? value : undefined;
}

function valuesAt(claims: Claims, path: string): string[] {
  const value = at(claims, path);
  return [value].flat().filter((one) => typeof one === 'string');
}

/** The claim of that name, or what is inside: Keycloak's `realm_access.roles`. A name may be an address with dots in it. */
function at(claims: Claims, path: string): unknown {
  if (path in claims) return claims[path];
  return path
    .split('.')
    .reduce<unknown>(
      (here, key) => (typeof here === 'object' && here !== null ? (here as Claims)[key] : undefined),
      claims,
    );
}
