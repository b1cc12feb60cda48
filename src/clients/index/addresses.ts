import { Problem } from '../../domain/problem.ts';
import type { IndexTarget } from '../../domain/project.ts';
import { askTools } from './tools-python.ts';

/** Where an index is. `{name}` and `{version}` are placeholders of the page. */
export interface IndexAddresses {
  readonly uploadUrl: string;
  readonly simpleUrl: string;
  readonly jsonUrl?: string;
  readonly pageUrl?: string;
}

export type AddressBook = Readonly<Record<string, IndexAddresses>>;

const WELL_KNOWN = ['pypi', 'testpypi'];

/** The configured addresses, and for a well-known index that they leave out, what twine and pip have as its address. */
export async function addressBook(configured: AddressBook, tools: string): Promise<AddressBook> {
  if (WELL_KNOWN.every((name) => configured[name])) return configured;
  const known = await askTools({ tools, script: 'addresses.py', otherwise: 'tool-missing' });
  return { ...(known as AddressBook), ...configured };
}

/**
 * An index's own addresses in the project file go before those that its name stands for; one that is read from elsewhere
 * shares none of them, or its JSON and pages would be the old place's.
 */
export function addressesOf(index: IndexTarget, book: AddressBook): IndexAddresses {
  const known = Object.hasOwn(book, index.name) ? book[index.name] : undefined;
  const own = given(index);
  const addresses = { ...(own.simpleUrl === undefined ? known : {}), ...own };
  const { uploadUrl, simpleUrl } = addresses;
  if (uploadUrl === undefined || simpleUrl === undefined) {
    throw new Problem(
      'configuration-invalid',
      `nothing says where the index ${index.name} is: give its uploadUrl and simpleUrl`,
    );
  }
  return { ...addresses, uploadUrl, simpleUrl };
}

function given({ uploadUrl, simpleUrl, jsonUrl, pageUrl }: IndexTarget): Partial<IndexAddresses> {
  const own = Object.entries({ uploadUrl, simpleUrl, jsonUrl, pageUrl }).filter(([, url]) => url !== undefined);
  return Object.fromEntries(own);
}
