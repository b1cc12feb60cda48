import type { IndexReads, IndexWrites } from '../../activities/ports.ts';
import { type AddressBook, addressBook } from './addresses.ts';
import { indexReads } from './reads.ts';
import { indexUpload } from './upload.ts';

export interface IndexOptions {
  /** Folder of the pinned Python tools' programs (SLIPWAY_TOOLS). */
  readonly tools: string;
  /** Of the activity that is asking, if any. */
  readonly cancellation?: (() => AbortSignal | undefined) | undefined;
  readonly userAgent: string;
  readonly uploadSeconds: number;
}

/** Reads and uploads by the protocols that PyPI speaks. `addresses` are the service's own, by index name. */
export async function createIndex(
  options: Partial<IndexOptions> & { tools: string; addresses?: AddressBook },
): Promise<IndexReads & IndexWrites> {
  const { addresses = {}, ...given } = options;
  const all = { userAgent: 'slipway', uploadSeconds: 600, ...given };
  const book = await addressBook(addresses, all.tools);
  const reads = indexReads(book, all);
  return { ...reads, upload: indexUpload(reads, book, all) };
}
