import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import Provider from 'oidc-provider';

export const CLIENT = {
  id: 'slipway',
  secret: 'a-secret-of-the-client-that-is-long',
  audience: 'https://slipway.example',
};

export type Account = Readonly<Record<string, unknown>>;

/** A real OpenID Connect provider on loopback, whose people sign in with their name alone. */
export class TestIdentityProvider {
  readonly #server: Server = createServer();
  readonly accounts = new Map<string, Account>();
  issuer = '';
  key!: JWK;

  async start(redirectUri: string): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    this.key = { ...(await exportJWK(privateKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
      jwks: { keys: [this.key] },
      cookies: { keys: ['a key for cookies'] },
      ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      pkce: { required: () => true },
      claims: {
        openid: ['sub'],
        profile: ['preferred_username', 'name'],
        groups: ['groups'],
        email: ['email', 'email_verified'],
      },
      findAccount: (_context, sub) => {
        const account = this.accounts.get(sub);
        return account && { accountId: sub, claims: async () => ({ sub, ...account }) };
      },
    });
    this.#server.on('request', provider.callback());
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** What a browser and its user do there, up to the address that they are sent back to. */
  async signIn(address: string, login: string): Promise<string> {
    const cookies = new Map<string, string>();
    let at = new URL(address);
    let form: URLSearchParams | undefined;
    for (let hops = 0; hops < 12; hops++) {
      const response = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
        ...(form ? { method: 'POST', body: form } : {}),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      form = undefined;
      const to = response.headers.get('location');
      if (to !== null) {
        at = new URL(to, at);
        if (at.origin !== this.issuer) return at.href;
      } else {
        const page = await response.text();
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
        if (prompt === undefined) throw new Error(`the provider answered ${response.status}: ${page.slice(0, 500)}`);
        form = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login, password: 'x' } : {}) });
      }
    }
    throw new Error('the provider went round in circles');
  }

  /** A bearer token of this provider for the API, unless the claims say otherwise. */
  token(claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: this.issuer, aud: CLIENT.audience, sub: 'someone', iat: now, exp: now + 300 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
      .sign({ ...this.key, alg: String(header.alg ?? 'RS256') });
  }
}
