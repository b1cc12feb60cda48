import { createHash } from 'node:crypto';
import type { Archive } from '../activities/ports.ts';
import { canonical } from '../domain/run/messages.ts';
import { RequestProblem } from './problems.ts';

/** A request that its sender may repeat: what the first one found out is what its repeats find. */
export class RepeatableRequest {
  /** Stands for person, route and key; another person's same key is another request. */
  readonly id: string;
  readonly #archive: Archive;

  constructor(archive: Archive, { person, route, key }: { person: string; route: string; key: string }) {
    this.#archive = archive;
    this.id = createHash('sha256')
      .update(JSON.stringify([person, route, key]))
      .digest('hex')
      .slice(0, 32);
  }

  /** The first body under a key is the one that counts. */
  async claimBody(body: unknown): Promise<void> {
    const text = canonical(body);
    const there = await this.#archive.claim(`request:${this.id}`, { body: text });
    if (there.body !== text) {
      throw new RequestProblem('idempotency-key-reused', 'this Idempotency-Key was used before with another body');
    }
  }

  async once<T extends Record<string, unknown>>(name: string, find: () => Promise<T>): Promise<T> {
    const key = `request:${this.id}:${name}`;
    const known = await this.#archive.claimed(key);
    return (known ?? (await this.#archive.claim(key, await find()))) as T;
  }
}
