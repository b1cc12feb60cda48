import { createHash, randomBytes } from 'node:crypto';

export type Scope = 'read' | 'write' | 'admin';

export interface User {
  login: string;
  name: string;
  email: string;
  /** A Bot's token is an installation token of a GitHub App: it may write check runs, and has no `GET /user`. */
  type?: 'User' | 'Bot';
}

/** Looked at anew with each request, so that a token may be taken away or given while the sandbox runs. */
export type Tokens = Record<string, { login: string; scopes: Scope[] }>;

export interface Account {
  id: number;
  login: string;
  name: string;
  email: string;
  type: 'User' | 'Bot' | 'Organization';
}

export interface Caller {
  account: Account;
  scope: Scope;
  /** An App where it is installed: it has these rights at these repositories, and no role anywhere. */
  installation?: { permissions: Readonly<Record<string, string>>; repositories: readonly string[] };
}

const RANK: Record<Scope, number> = { read: 1, write: 2, admin: 3 };

export function atLeast(scope: Scope | undefined, wanted: Scope): boolean {
  return scope !== undefined && RANK[scope] >= RANK[wanted];
}

export function lower(a: Scope, b: Scope): Scope {
  return RANK[a] < RANK[b] ? a : b;
}

export class People {
  readonly #users: readonly User[];
  readonly #tokens: Tokens;
  /** Of jobs that run. */
  readonly #issued = new Map<string, Tokens[string]>();
  /** Of installations, by their tokens. */
  readonly #apps: (token: string) => Caller | undefined;

  constructor(users: readonly User[], tokens: Tokens, apps: (token: string) => Caller | undefined = () => undefined) {
    this.#users = users;
    this.#tokens = tokens;
    this.#apps = apps;
  }

  /** Who is not a user is an organisation that owns something. */
  account(login: string): Account {
    const user = this.find(login);
    const id =
      createHash('sha256')
        .update((user?.login ?? login).toLowerCase())
        .digest()
        .readUInt32BE() >>> 4;
    const type = login.endsWith('[bot]') ? 'Bot' : 'Organization';
    if (!user) return { id, login, name: login, email: `${login}@users.noreply.github.com`, type };
    return { id, login: user.login, name: user.name, email: user.email, type: user.type ?? 'User' };
  }

  find(login: string): User | undefined {
    return this.#users.find((user) => user.login.toLowerCase() === login.toLowerCase());
  }

  byEmail(email: string): Account | undefined {
    const user = this.#users.find((each) => each.email.toLowerCase() === email.toLowerCase());
    return user && this.account(user.login);
  }

  /** null: nobody said who they are; undefined: the credential is bad. */
  caller(authorization: string | undefined): Caller | null | undefined {
    if (authorization === undefined) return null;
    const secret = secretOf(authorization);
    const token = Object.hasOwn(this.#tokens, secret) ? this.#tokens[secret] : this.#issued.get(secret);
    if (!token) return this.#apps(secret);
    return { account: this.account(token.login), scope: highest(token.scopes) };
  }

  /** What a person may do where a repository does not say: what the best of their tokens may do. */
  scopeOf(login: string): Scope | undefined {
    const scopes = [...Object.values(this.#tokens), ...this.#issued.values()]
      .filter((token) => token.login.toLowerCase() === login.toLowerCase())
      .flatMap((token) => token.scopes);
    return scopes.length === 0 ? undefined : highest(scopes);
  }

  /** A token until `end`, as a job has it. */
  issue(login: string, scopes: Scope[]): { token: string; end: () => void } {
    const token = `ghs_${randomBytes(24).toString('base64url')}`;
    this.#issued.set(token, { login, scopes });
    return { token, end: () => this.#issued.delete(token) };
  }

  logins(): string[] {
    return this.#users.map((user) => user.login);
  }
}

function secretOf(authorization: string): string {
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2);
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return '';
  const [name = '', ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return password.join(':') || name; // git may send the token as the user name alone
}

function highest(scopes: readonly Scope[]): Scope {
  return scopes.reduce<Scope>((best, scope) => (RANK[scope] > RANK[best] ? scope : best), 'read');
}
