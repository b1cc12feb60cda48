import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { normalizeName } from './names.ts';
import type { TokenGrant } from './uploader.ts';

/** A workflow that may publish a project, as its owner registered it on the index. */
export interface TrustedPublisher {
  readonly project: string;
  /** In whose name. */
  readonly user: string;
  readonly issuer: string;
  /** owner/name */
  readonly repository: string;
  readonly workflow: string;
  readonly environment: string | null;
}

const LIVES_SECONDS = 900;

type ErrorCode = 'invalid-payload' | 'invalid-token' | 'invalid-publisher' | 'invalid-reuse-token';

class Refused extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Short-lived upload tokens for jobs that can say by whom they were started: no secret is kept anywhere. */
export class TrustedPublishers {
  readonly #audience: string;
  readonly #now: () => Date;
  readonly #publishers: TrustedPublisher[] = [];
  readonly #keys = new Map<string, ReturnType<typeof createRemoteJWKSet>>();
  readonly #used = new Set<string>();
  readonly #minted = new Map<string, { grant: TokenGrant; expires: number }>();

  constructor(audience: string, now: () => Date) {
    this.#audience = audience;
    this.#now = now;
  }

  trust(publisher: TrustedPublisher): void {
    if (this.#publishers.some((one) => JSON.stringify(one) === JSON.stringify(publisher))) return;
    this.#publishers.push(publisher);
  }

  /** Tokens that hold now. */
  grants(): Readonly<Record<string, TokenGrant>> {
    const now = this.#now().getTime();
    const holding = [...this.#minted].filter(([, { expires }]) => expires > now);
    return Object.fromEntries(holding.map(([token, { grant }]) => [token, grant]));
  }

  routes(): Hono {
    return new Hono()
      .get('/_/oidc/audience', (c) => c.json({ audience: this.#audience }))
      .post('/_/oidc/mint-token', async (c) => {
        try {
          return c.json(await this.#mint(await c.req.json().catch(() => undefined)));
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          const errors = [{ code: error.code, description: error.message }];
          return c.json({ message: 'Token request failed', errors }, 422);
        }
      });
  }

  async #mint(body: unknown): Promise<{ success: true; token: string; expires: number }> {
    const jwt = (body as { token?: unknown } | undefined)?.token;
    if (typeof jwt !== 'string') throw new Refused('invalid-payload', 'the body is {"token": "…"}');
    const claims = await this.#verified(jwt);
    const publishers = this.#publishers.filter((one) => speaksFor(one, claims));
    if (publishers.length === 0)
      throw new Refused('invalid-publisher', 'valid token, but no corresponding publisher (publisher mismatch)');
    if (typeof claims.jti !== 'string' || this.#used.has(claims.jti))
      throw new Refused('invalid-reuse-token', 'invalid token: already used');
    this.#used.add(claims.jti);
    const token = `pypi-${randomBytes(24).toString('base64url')}`;
    const expires = Math.floor(this.#now().getTime() / 1000) + LIVES_SECONDS;
    const grant = { user: publishers[0]!.user, projects: publishers.map(({ project }) => normalizeName(project)) };
    this.#minted.set(token, { grant, expires: expires * 1000 });
    return { success: true, token, expires };
  }

  async #verified(jwt: string): Promise<JWTPayload> {
    try {
      const issuer = decodeJwt(jwt).iss ?? '';
      if (!this.#publishers.some((one) => one.issuer === issuer)) throw new Error(`${issuer} is no issuer known here`);
      const keys = this.#keys.get(issuer) ?? createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`));
      this.#keys.set(issuer, keys);
      const { payload } = await jwtVerify(jwt, keys, {
        ...{ issuer, audience: this.#audience, algorithms: ['RS256'], requiredClaims: ['exp', 'iat', 'jti'] },
        currentDate: this.#now(),
      });
      return payload;
    } catch (error) {
      throw new Refused('invalid-token', `malformed or invalid token: ${(error as Error).message}`);
    }
  }
}

function speaksFor({ issuer, repository, workflow, environment }: TrustedPublisher, claims: JWTPayload): boolean {
  const from = `${repository}/.github/workflows/${workflow}@`;
  return (
    claims.iss === issuer &&
    claims.repository === repository &&
    String(claims.job_workflow_ref).startsWith(from) &&
    (environment === null || claims.environment === environment)
  );
}
