import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { Refusal } from './refusal.ts';

export interface Session {
  readonly user: string;
  /** Must come back with every form: a foreign page can't know it. */
  readonly csrf: string;
}

/** People who have logged in with their password. An API token opens no session; a restart ends them all. */
export class Sessions {
  readonly #people: Readonly<Record<string, string>>;
  readonly #open = new Map<string, Session>();

  constructor(people: Readonly<Record<string, string>>) {
    this.#people = people;
  }

  of(c: Context): Session | undefined {
    return this.#open.get(getCookie(c, 'session_id') ?? '');
  }

  logIn(c: Context, user: string, password: string): Session {
    const expected = Object.hasOwn(this.#people, user) ? this.#people[user] : undefined;
    if (!expected || !same(password, expected)) throw new Refusal(403, 'The username or password is not correct.');

    const id = randomBytes(24).toString('hex');
    const session = { user, csrf: randomBytes(24).toString('hex') };
    this.#open.set(id, session);
    setCookie(c, 'session_id', id, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return session;
  }

  check(session: Session, csrf: string): void {
    if (!same(csrf, session.csrf)) throw new Refusal(403, 'Missing or invalid CSRF token: open the page again.');
  }
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
