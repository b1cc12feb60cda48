import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'slipway_';

/** 192 bits of chance; the prefix lets scanners of secrets find it. Shown once: only its hash is kept. */
export function newToken(): string {
  return PREFIX + randomBytes(24).toString('base64url');
}

/** What the configuration keeps of a token. It is long and random, so a plain hash is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Takes as long whether the first or the last digit differs. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}
