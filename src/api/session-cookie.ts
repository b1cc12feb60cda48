import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { FileDirectory } from '../config/directory.ts';
import { RequestProblem } from './problems.ts';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * A cookie's name and traits. Over https no other host and no plain http can set or read it. Lax, not Strict: a link in a mail, or
 * the way back from an identity provider, shows the page to whoever is signed in already.
 */
export async function cookieTraits(c: Context, directory: FileDirectory) {
  const { protocol, hostname } = new URL((await directory.url()) ?? c.req.url);
  const traits = { path: '/', httpOnly: true, sameSite: 'Lax' as const };
  if (protocol === 'https:') return { name: '__Host-slipway', secure: true, ...traits };
  if (LOOPBACK.test(hostname)) return { name: 'slipway', secure: false, ...traits };
  throw new RequestProblem('not-secure', `${hostname} is reached over http, where anybody between could read along`);
}

export async function readSessionCookie(c: Context, directory: FileDirectory): Promise<string | undefined> {
  const names = ['__Host-slipway', 'slipway'].map((name) => getCookie(c, name));
  if (names.every((value) => value === undefined)) return undefined;
  return getCookie(c, (await cookieTraits(c, directory)).name);
}

export async function writeSessionCookie(c: Context, directory: FileDirectory, value: string, maxAge: number) {
  const { name, ...traits } = await cookieTraits(c, directory);
  setCookie(c, name, value, { ...traits, maxAge });
}

export async function removeSessionCookie(c: Context, directory: FileDirectory) {
  const { name, ...traits } = await cookieTraits(c, directory);
  deleteCookie(c, name, traits);
}
