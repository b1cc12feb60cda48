import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import type { IdentityProvider, IdentitySettings } from '../activities/ports.ts';
import { Problem } from '../domain/problem.ts';

const CLOCKS_DIFFER_BY_SECONDS = 30;
const ANSWERS_WITHIN_SECONDS = 10;

interface Known {
  readonly settings: string;
  readonly configuration: oidc.Configuration;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
}

/** The identity provider by OpenID Connect: discovery once, its keys as they change. */
export function createIdentityProvider(): IdentityProvider {
  let last: Known | undefined;

  async function known(settings: IdentitySettings): Promise<Known> {
    const text = JSON.stringify(settings);
    if (last?.settings !== text) last = { settings: text, ...(await discovered(settings)) };
    return last;
  }

  return {
    begin: (settings, redirectUri) =>
      explained(async () => {
        const { configuration } = await known(settings);
        const pending = {
          state: oidc.randomState(),
          nonce: oidc.randomNonce(),
          verifier: oidc.randomPKCECodeVerifier(),
        };
        const url = oidc.buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: settings.scopes.join(' '),
          code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
          code_challenge_method: 'S256',
          state: pending.state,
          nonce: pending.nonce,
        });
        return { url: url.href, pending };
      }),

    finish: (settings, url, { state, nonce, verifier }) =>
      explained(async () => {
        const { configuration } = await known(settings);
        const checks = {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        };
        const tokens = await oidc.authorizationCodeGrant(configuration, new URL(url), checks);
        assertTaken(settings, tokens.id_token ?? '');
        const claims = tokens.claims()!;
        if (configuration.serverMetadata().userinfo_endpoint === undefined) return { ...claims };
        return { ...(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
      }),

    verify: (settings, token, now) =>
      explained(async () => {
        const { keys } = await known(settings);
        const { audience, algorithms, issuer } = settings;
        if (audience === undefined)
          throw new Problem('identity-refused', 'this service takes no bearer tokens of others');
        const { payload } = await jwtVerify(token, keys, {
          ...{ issuer, audience, algorithms: [...algorithms], requiredClaims: ['exp', 'sub'] },
          ...{ currentDate: now, clockTolerance: CLOCKS_DIFFER_BY_SECONDS },
        });
        return payload;
      }),
  };
}

async function discovered(settings: IdentitySettings): Promise<Omit<Known, 'settings'>> {
  const { issuer, clientId, clientSecret } = settings;
  const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
  const configuration = await oidc.discovery(new URL(issuer), clientId, {}, authentication, {
    timeout: ANSWERS_WITHIN_SECONDS,
    // The configuration takes http for this machine alone.
    execute: issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [],
  });
  // The ID token's signature is checked too, though it comes straight from the provider.
  oidc.enableNonRepudiationChecks(configuration);
  const { jwks_uri: keys } = configuration.serverMetadata();
  if (keys === undefined)
    throw new Problem('identity-provider-unreachable', `${issuer} does not say where its keys are`);
  return { configuration, keys: createRemoteJWKSet(new URL(keys)) };
}

function assertTaken({ algorithms }: IdentitySettings, token: string): void {
  const { alg = 'none' } = decodeProtectedHeader(token);
  if (!algorithms.includes(alg))
    throw new Problem('identity-refused', `the token is signed by ${alg}, which is not taken`);
}

/** What a token or an answer lacks is refused; where nothing came, waiting may help. */
async function explained<R>(act: () => Promise<R>): Promise<R> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Problem) throw error;
    const code = isRefusal(error)
      ? 'identity-refused'
      : isUnreachable(error)
        ? 'identity-provider-unreachable'
        : undefined;
    if (code === undefined) throw error;
    const more = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new Problem(code, `${error.message}${more}`.slice(0, 300), { cause: error });
  }
}

const NOT_THE_TOKENS = ['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID'];

function isRefusal(error: Error): boolean {
  if (error instanceof errors.JOSEError) return !NOT_THE_TOKENS.includes(error.code);
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) return true;
  return error instanceof oidc.ClientError && !isUnreachable(error);
}

function isUnreachable(error: Error): boolean {
  if (error instanceof errors.JOSEError) return NOT_THE_TOKENS.includes(error.code);
  if (error instanceof oidc.ClientError)
    return error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM';
  return error instanceof TypeError && error.message === 'fetch failed';
}
