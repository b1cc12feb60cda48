import { createPublicKey, randomBytes } from 'node:crypto';
import { decodeJwt, errors, jwtVerify } from 'jose';
import { atLeast, type Caller, type People } from './people.ts';
import { refuse } from './refusals.ts';
import type { Repository } from './repository.ts';

/** A GitHub App and where it is installed. What it may do may be changed while the sandbox runs. */
export interface App {
  readonly id: number;
  readonly slug: string;
  /** PEM. */
  readonly publicKey: string;
  readonly installations: readonly Installation[];
}

export interface Installation {
  readonly id: number;
  /** Whose repositories. */
  readonly owner: string;
  permissions: Readonly<Record<string, string>>;
  suspended?: boolean;
}

const TOKEN_MS = 3_600_000;
const LONGEST_JWT_SECONDS = 600;

interface Issued {
  readonly caller: Caller;
  endsAt: number;
}

export class Apps {
  readonly #apps: readonly App[];
  readonly #issued = new Map<string, Issued>();

  constructor(apps: readonly App[]) {
    this.#apps = apps;
  }

  /** Whom a token is given to; nobody once it has ended. */
  caller(token: string): Caller | undefined {
    const issued = this.#issued.get(token);
    return issued && issued.endsAt > Date.now() ? issued.caller : undefined;
  }

  /** As if an hour had passed. */
  endTokens(): void {
    for (const issued of this.#issued.values()) issued.endsAt = 0;
  }

  tokens(): string[] {
    return [...this.#issued.keys()];
  }

  /** The App that a request's JWT is signed by, by GitHub's own rules for it. */
  async signedBy(authorization: string | undefined): Promise<App> {
    const jwt = /^(?:bearer|token)\s+(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const claims = claimsOf(jwt);
    const app = this.#apps.find(({ id }) => String(id) === String(claims.iss));
    if (!app) throw refuse(404, 'Integration not found');
    await jwtVerify(jwt, createPublicKey(app.publicKey), { algorithms: ['RS256'] }).catch((error) => {
      if (error instanceof errors.JWTExpired)
        throw refuse(
          401,
          "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        );
      throw refuse(401, 'A JSON web token could not be decoded');
    });
    const now = Math.floor(Date.now() / 1000);
    if (typeof claims.iat !== 'number' || claims.iat > now)
      throw refuse(
        401,
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      );
    if (typeof claims.exp !== 'number' || claims.exp - now > LONGEST_JWT_SECONDS)
      throw refuse(401, "'Expiration time' claim ('exp') is too far in the future");
    return app;
  }

  installationAt(app: App, { record }: Repository): Installation | undefined {
    return app.installations.find(({ owner }) => owner.toLowerCase() === record.owner.toLowerCase());
  }

  /** A token for these repositories with these permissions, each at most as far as the installation has it. */
  issue(
    people: People,
    { app, installation }: { app: App; installation: Installation },
    wish: { repositories: readonly Repository[]; permissions?: Readonly<Record<string, string>> },
  ) {
    const permissions: Record<string, string> = { metadata: 'read', ...(wish.permissions ?? installation.permissions) };
    const lacking = Object.entries(permissions).some(
      ([name, level]) => name !== 'metadata' && !reaches(installation.permissions[name], level),
    );
    if (lacking) throw refuse(422, 'The permissions requested are not granted to this installation.');
    const token = `ghs_${randomBytes(27).toString('base64url')}`;
    const endsAt = Date.now() + TOKEN_MS;
    this.#issued.set(token, {
      endsAt,
      caller: {
        account: people.account(`${app.slug}[bot]`),
        scope: permissions.contents === 'write' ? 'write' : 'read',
        installation: { permissions, repositories: wish.repositories.map(({ fullName }) => fullName.toLowerCase()) },
      },
    });
    return { token, endsAt, permissions };
  }
}

export function reaches(has: string | undefined, wanted: string): boolean {
  const rank = (level: string | undefined) =>
    level === 'read' || level === 'write' || level === 'admin' ? level : undefined;
  const wished = rank(wanted);
  return wished === undefined ? false : atLeast(rank(has), wished);
}

function claimsOf(jwt: string): ReturnType<typeof decodeJwt> {
  try {
    return decodeJwt(jwt);
  } catch {
    throw refuse(401, 'A JSON web token could not be decoded');
  }
}
