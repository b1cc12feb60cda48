import type { GitAccess } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** What git may speak to this address, and the environment that carries the token: it is in no argument and no URL. */
export interface Reach {
  readonly protocol: 'https' | 'http' | 'ssh' | 'file';
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

export function reach(access: GitAccess, options: { readonly files: boolean }): Reach {
  const protocol = protocolOf(access.url, options.files);
  if (access.token === undefined || (protocol !== 'https' && protocol !== 'http')) {
    return { protocol, env: {}, secrets: access.token === undefined ? [] : [access.token] };
  }
  const basic = Buffer.from(`x-access-token:${access.token}`).toString('base64');
  return {
    protocol,
    secrets: [access.token, basic],
    env: {
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: `http.${new URL(access.url).origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
      GIT_CONFIG_KEY_1: 'http.followRedirects', // the header would go along
      GIT_CONFIG_VALUE_1: 'false',
    },
  };
}

function protocolOf(url: string, files: boolean): Reach['protocol'] {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9_~/][^\0]*$/.test(url)) return 'ssh';
  if (url.startsWith('/') && files) return 'file';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const userInfo =
    parsed !== undefined && (parsed.password !== '' || (parsed.username !== '' && parsed.protocol !== 'ssh:'));
  if (userInfo)
    throw new Problem('git-refused', 'the address of the repository holds a user name or password: leave it out');
  const host = parsed?.hostname ?? '';
  if (parsed?.protocol === 'https:' && host !== '') return 'https';
  if (parsed?.protocol === 'http:' && LOOPBACK.has(host)) return 'http';
  if (parsed?.protocol === 'ssh:' && /^[A-Za-z0-9]/.test(host) && !parsed.username.startsWith('-')) return 'ssh';
  if (parsed?.protocol === 'file:' && files) return 'file';
  throw new Problem('git-refused', `${JSON.stringify(url)} is not an address that Slipway talks to: use https or ssh`);
}
