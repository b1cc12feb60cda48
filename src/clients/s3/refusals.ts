import { Problem } from '../../domain/problem.ts';
import { scrub, secretForms } from '../scrub.ts';
import { readKeys } from './keys.ts';

export interface Asked {
  /** Such as "PUT artifacts/2c/…", for messages. */
  readonly what: string;
  /** It carries a file, and may take longer. */
  readonly file?: boolean;
}

const WORDS = 600;

/** A key that is refused, a right or a bucket that is missing, against what a later try may cure. Anything that is not the store's comes back as it is. */
export async function storeProblem(
  error: unknown,
  { what, host, credentials }: Asked & { host: string; credentials: string },
): Promise<unknown> {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const { $metadata, Code } = error as Error & { $metadata?: { httpStatusCode?: number }; Code?: string };
  const status = $metadata?.httpStatusCode;
  const secrets = await readKeys(credentials).then(
    (keys) => Object.values(keys) as string[],
    () => [],
  );
  const words = [Code ?? error.name, error.message].filter((word, at, all) => word && all.indexOf(word) === at);
  const said = scrub(words.join(': '), secretForms(secrets)).slice(0, WORDS);
  if (status === undefined)
    return new Problem('store-unreachable', `${host} could not be reached for ${what}: ${said}`);
  const message = `the artifact store answered ${status} to ${what}: ${said}`;
  if (status >= 500 || status === 429 || status === 408) return new Problem('store-unreachable', message);
  const elsewhere = status >= 300 && status < 400 ? ' (the bucket is elsewhere: correct its endpoint or region)' : '';
  return new Problem('store-refused', message + elsewhere);
}
