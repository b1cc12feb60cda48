import { randomBytes, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

const LIVES_SECONDS = 300;

/** What a job may say of itself, as GitHub's tokens for OpenID Connect have it. */
export type JobClaims = Readonly<Record<string, string>>;

/** The issuer of the tokens with which jobs tell others who they are. Its key lives as long as the server. */
export class Identity {
  readonly #jobs = new Map<string, JobClaims>();
  readonly #key: CryptoKey;
  readonly #public: JWK;
  #issuer = '';

  private constructor(key: CryptoKey, known: JWK) {
    this.#key = key;
    this.#public = known;
  }

  static async make(): Promise<Identity> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    return new Identity(privateKey, { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' });
  }

  get issuer(): string {
    return this.#issuer;
  }

  at(html: string): void {
    this.#issuer = `${html}/_actions/oidc`;
  }

  /** For as long as a job runs: where it asks, and with what. */
  admit(claims: JobClaims): { url: string; token: string; end: () => void } {
    const token = randomBytes(24).toString('base64url');
    this.#jobs.set(token, claims);
    return { url: `${this.#issuer}/token?api-version=2.0`, token, end: () => this.#jobs.delete(token) };
  }

  routes(): Hono {
    return new Hono()
      .get('/_actions/oidc/.well-known/openid-configuration', (c) =>
        c.json({
          issuer: this.#issuer,
          jwks_uri: `${this.#issuer}/.well-known/jwks`,
          response_types_supported: ['id_token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        }),
      )
      .get('/_actions/oidc/.well-known/jwks', (c) => c.json({ keys: [this.#public] }))
      .get('/_actions/oidc/token', async (c) => {
        const claims = this.#jobs.get(c.req.header('authorization')?.replace(/^bearer /i, '') ?? '');
        if (!claims) return c.json({ message: 'no job asks with this token' }, 401);
        return c.json({ value: await this.#signed(claims, c.req.query('audience') ?? this.#issuer) });
      });
  }

  #signed(claims: JobClaims, audience: string): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: this.#public.kid!, typ: 'JWT' })
      .setIssuer(this.#issuer)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt()
      .setNotBefore('-10s')
      .setExpirationTime(`${LIVES_SECONDS}s`)
      .sign(this.#key);
  }
}
