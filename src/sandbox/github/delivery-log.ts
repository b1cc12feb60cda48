import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { DeliveryRecord } from './record.ts';

const KEPT = 50;

/** What a repository's hooks were told. Beside the record, since it is large and no answer depends on it. */
export class DeliveryLog {
  readonly #file: string;
  #deliveries: DeliveryRecord[];

  constructor(file: string) {
    this.#file = file;
    this.#deliveries = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DeliveryRecord[]) : [];
  }

  /** The newest first. */
  of(hook: number): DeliveryRecord[] {
    return this.#deliveries.filter((delivery) => delivery.hook === hook);
  }

  add(delivery: Omit<DeliveryRecord, 'id'>): void {
    const id = (this.#deliveries[0]?.id ?? 0) + 1;
    this.#deliveries = [{ id, ...delivery }, ...this.#deliveries].slice(0, KEPT);
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#deliveries));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
