import { normalizeName } from './names.ts';
import { Refusal } from './refusal.ts';

/** What an upload token stands for: a user, with a scope of projects where it has one. */
export interface TokenGrant {
  readonly user: string;
  readonly projects?: readonly string[];
}

/** Looked up at each request, so that a token can be added or taken away while the index runs. */
export type Tokens = Readonly<Record<string, TokenGrant>>;

/** Who sends this request, by its Authorization header: API tokens only, a person's password does not upload. */
export function uploader(authorization: string | undefined, tokens: Tokens): TokenGrant {
  const token = tokenIn(authorization);
  const grant = token !== undefined && Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  if (grant) return grant;
  throw new Refusal(
    403,
    'Invalid or non-existent authentication information. See /help/#invalid-auth for more information.',
  );
}

/** An owner may add to a project; a name that nobody has yet belongs to who comes first. */
export function mayUpload(grant: TokenGrant, project: string, owners: readonly string[] | undefined): void {
  const inScope = !grant.projects || grant.projects.some((each) => normalizeName(each) === normalizeName(project));
  if (!inScope) {
    throw new Refusal(403, `Invalid API Token: project-scoped token is not valid for project: '${project}'`);
  }
  if (owners && !owners.includes(grant.user)) {
    throw new Refusal(
      403,
      `The user '${grant.user}' isn't allowed to upload to project '${project}'. See /help/#project-name for more information.`,
    );
  }
}

function tokenIn(authorization = ''): string | undefined {
  const [scheme = '', value = ''] = authorization.split(/\s+/, 2);
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;

  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
  if (user === '__token__') return password?.trim();
  throw new Refusal(
    403,
    'Username/Password authentication is no longer supported. Migrate to API Tokens or Trusted Publishers instead. See /help/#apitoken and /help/#trusted-publishers',
  );
}
