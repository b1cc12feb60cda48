import { Problem } from '../../domain/problem.ts';
import { type Answer, type Exchange, send } from '../http.ts';
import { registryProblem } from './answers.ts';
import { isLoopback } from './image-name.ts';

/** `name:password`, or a bare token, which registries take with any name. */
type Credential = string | undefined;

/** The Authorization header that a registry's 401 asks for; undefined where we have nothing to answer it with. */
export async function answerChallenge(
  refused: Answer,
  credential: Credential,
  exchange: Exchange,
): Promise<string | undefined> {
  const challenge = refused.headers.get('www-authenticate') ?? '';
  if (/^bearer\b/i.test(challenge)) return bearer(parameters(challenge), credential, exchange);
  return /^basic\b/i.test(challenge) && credential !== undefined ? basic(credential) : undefined;
}

async function bearer(
  { realm, service, scope }: Record<string, string | undefined>,
  credential: Credential,
  exchange: Exchange,
): Promise<string> {
  const url = tokenUrl(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const each of scope?.split(' ') ?? []) url.searchParams.append('scope', each);

  const headers = credential === undefined ? {} : { authorization: basic(credential) };
  const answer = await send(url.href, { headers }, exchange);
  if (answer.status !== 200)
    throw registryProblem(answer, `the request for a token (${scope ?? 'no scope'})`, credential);
  const { token, access_token } = JSON.parse(answer.text) as { token?: string; access_token?: string };
  return `Bearer ${token ?? access_token}`;
}

/** The credential goes there, so it must be a place that nobody can listen in on. */
function tokenUrl(realm = ''): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url && (url.protocol === 'https:' || isLoopback(url.host))) return url;
  throw new Problem('registry-refused', `the registry sends for tokens to "${realm}", which is no HTTPS address`);
}

function basic(credential: string): string {
  const pair = credential.includes(':') ? credential : `token:${credential}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function parameters(challenge: string): Record<string, string | undefined> {
  const pairs = challenge.matchAll(/([a-z]+)="((?:[^"\\]|\\.)*)"/gi);
  return Object.fromEntries([...pairs].map(([, key, value]) => [key?.toLowerCase(), value]));
}
