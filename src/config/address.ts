import { isAbsolute } from 'node:path';
import { shown, text } from './schema-parts.ts';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** https, or http on this machine; nothing secret in it. */
export const address = text((value) => addressFault(value));

export function addressFault(value: string): [string, string] | undefined {
  const remedy = 'Write an address that begins with https:// and holds no user, password or token.';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || /[\s\\"'`<>^|]/.test(value)) return [`is ${shown(withoutSecrets(value))}, which is no address`, remedy];
  if (url.username !== '' || url.password !== '') return ['holds a user or a password', remedy];
  if (url.protocol === 'http:' && LOOPBACK.has(url.hostname)) return undefined;
  if (url.protocol !== 'https:') return [`begins with ${url.protocol}//, which is not https://`, remedy];
  return undefined;
}

/** Where a number is read from: http as well, since monitoring often lives in a network of its own; placeholders are after the host. */
export const metricAddress = text((value) => {
  const remedy = 'Write an address that begins with https:// or http:// and holds no user, password or token.';
  const filled = value.replace(/\{(name|version|pep440|tag)\}/g, 'x');
  const url = URL.canParse(filled) ? new URL(filled) : undefined;
  if (!url || /[\s\\"'`<>^|{}]/.test(filled))
    return [`is ${shown(withoutSecrets(value))}, which is no address`, remedy];
  if (!/^https?:\/\/[^/?#{}]+([/?#]|$)/.test(value)) return [`is ${shown(withoutSecrets(value))}`, remedy];
  return url.username !== '' || url.password !== '' ? ['holds a user or a password', remedy] : undefined;
});

/** A repository: https (http on this machine), or, where the service allows it, a folder on it. */
export function repositoryFault(value: string, allowFile: boolean): [string, string] | undefined {
  const remedy = 'Write the https address that you would clone, such as https://github.com/acme/sample.git.';
  if (isAbsolute(value) || value.startsWith('file:')) {
    if (!allowFile) return ['is a folder of this machine, which this service does not take', remedy];
    return value.split('/').includes('..') ? ['leads out of its folder by ..', remedy] : undefined;
  }
  if (/^[\w.-]+@[\w.-]+:/.test(value)) return ['is an ssh address', remedy];
  const fault = addressFault(value);
  if (fault) return [fault[0], remedy];
  const { pathname, search, hash } = new URL(value);
  if (search !== '' || hash !== '') return ['holds a ? or #', remedy];
  if (!/^(\/[\w~][\w.~+-]*)+\/?$/.test(pathname)) return [`has the path ${shown(pathname)}`, remedy];
  return undefined;
}

/** What a fault repeats of an address must not repeat its password. */
function withoutSecrets(value: string): string {
  return value.replace(/\/\/[^/@]*@/g, '//…@');
}

/** owner and name, from https://host/owner/name(.git) */
export function ownerAndName(repository: string): { host: string; owner: string; name: string } | undefined {
  if (!URL.canParse(repository)) return undefined;
  const { host, pathname, protocol } = new URL(repository);
  const [, owner, name] = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(pathname) ?? [];
  return owner === undefined || name === undefined || !protocol.startsWith('http') ? undefined : { host, owner, name };
}

/** An artifact store: http as well, since it often lives in a network of its own; what is read is hashed again, and keys only sign. */
export const storeAddress = text((value) => {
  const remedy = 'Write where the server is, such as https://s3.eu-central-1.amazonaws.com or http://minio:9000.';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || /[\s\\"'`<>^|{}?#]/.test(value) || !/^https?:$/.test(url.protocol))
    return [`is ${shown(withoutSecrets(value))}, which is no address`, remedy];
  return url.username !== '' || url.password !== '' ? ['holds a user or a password', remedy] : undefined;
});
