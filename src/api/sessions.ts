import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { SessionRecord, SessionStore } from '../activities/ports.ts';
import type { FileDirectory, KnownPerson } from '../config/directory.ts';
import { readSessionCookie, removeSessionCookie, writeSessionCookie } from './session-cookie.ts';

/** What a page needs to know of its reader's session. */
export interface Session {
  /** Goes into the hidden field `csrf` of every form, or the header `x-csrf-token`. */
  readonly csrf: string;
}

const SEEN_EVERY_MS = 5 * 60_000;

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly directory: FileDirectory;
  readonly now: () => Date;
}

/**
 * The cookie is a key made of chance; whose it is stands in the store under its hash. So to sign out ends it wherever it was copied
 * to, and who reads the store can't sign in with what is there.
 */
export class Sessions {
  readonly #store: SessionStore;
  readonly #directory: FileDirectory;
  readonly #now: () => Date;

  constructor({ store, directory, now }: SessionsOptions) {
    this.#store = store;
    this.#directory = directory;
    this.#now = now;
  }

  /** Signs in: a new session, whatever the browser had before. */
  async open(c: Context, who: Pick<SessionRecord, 'login' | 'means'>): Promise<void> {
    const { idle, absolute, oidc } = await this.#directory.sessions();
    const longest = who.means.kind === 'oidc' ? Math.min(absolute, oidc ?? 0) : absolute;
    const now = this.#now();
    const secret = randomBytes(32).toString('base64url');
    await writeSessionCookie(c, this.#directory, secret, longest);
    await this.#end(c);
    await this.#store.removeOlder(new Date(now.getTime() - idle * 1000 - SEEN_EVERY_MS));
    await this.#store.put(keyOf(secret), { ...who, openedAt: now.toISOString(), seenAt: now.toISOString() });
  }

  /** Whose session the request's cookie is; undefined: none that counts. */
  async find(c: Context): Promise<{ person: KnownPerson; session: Session } | undefined> {
    const secret = await readSessionCookie(c, this.#directory);
    const record = secret === undefined ? undefined : await this.#store.session(keyOf(secret));
    if (secret === undefined || record === undefined || (await this.#isOver(record))) return undefined;
    const person = await this.#personOf(record);
    if (!person) return undefined;
    const now = this.#now();
    if (now.getTime() - Date.parse(record.seenAt) > SEEN_EVERY_MS) {
      await this.#store.put(keyOf(secret), { ...record, seenAt: now.toISOString() });
    }
    return { person, session: { csrf: csrfOf(secret) } };
  }

  async close(c: Context): Promise<void> {
    await this.#end(c);
    await removeSessionCookie(c, this.#directory);
  }

  async #end(c: Context): Promise<void> {
    const secret = await readSessionCookie(c, this.#directory);
    if (secret !== undefined) await this.#store.remove(keyOf(secret));
  }

  async #isOver({ openedAt, seenAt, means }: SessionRecord): Promise<boolean> {
    const age = (from: string) => (this.#now().getTime() - Date.parse(from)) / 1000;
    const { idle, absolute, since, oidc } = await this.#directory.sessions();
    if (means.kind === 'oidc' && (oidc === undefined || age(openedAt) > oidc)) return true;
    return age(seenAt) > idle || age(openedAt) > absolute || (since !== undefined && openedAt < since);
  }

  /** As the configuration has them now: a person or a token that was removed there ends the session. */
  async #personOf({ login, means }: SessionRecord): Promise<KnownPerson | undefined> {
    if (means.kind === 'oidc') return this.#directory.withRoles({ login, name: means.name, roles: means.roles });
    const person = await this.#directory.personOfHash(means.sha256, this.#now());
    return person?.login === login ? person : undefined;
  }
}

function keyOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Follows from the cookie, which no page can read; so it needs no place of its own. */
function csrfOf(secret: string): string {
  return createHash('sha256').update(`csrf:${secret}`).digest('base64url');
}
