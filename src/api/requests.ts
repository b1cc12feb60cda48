import type { Context } from 'hono';
import type { z } from 'zod';
import { issueFaults } from '../config/schema-faults.ts';
import { type RequestFault, RequestProblem } from './problems.ts';

export const LARGEST_BODY = 64 * 1024;

/** The request's JSON as what the schema says, or every fault in it. */
export async function readBody<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  return judged(schema, await readJson(c), 'the request');
}

export function readQuery<S extends z.ZodType>(c: Context, schema: S): z.output<S> {
  const repeated = Object.entries(c.req.queries()).filter(([, values]) => values.length > 1);
  if (repeated.length > 0) {
    const faults = repeated.map(([path]) => ({ path, message: 'is there more than once', remedy: 'Write it once.' }));
    throw new RequestProblem('request-invalid', 'the query has parameters that are repeated', { faults });
  }
  return judged(schema, c.req.query(), 'the query');
}

async function readJson(c: Context): Promise<unknown> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new RequestProblem('content-type-unsupported', `the content type is ${JSON.stringify(type.slice(0, 80))}`);
  }
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RequestProblem('body-malformed', `the body is not JSON: ${error.message.slice(0, 200)}`);
  }
}

/** The value as what the schema says, or every fault in it. */
export function judged<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw invalid(what, issueFaults(read.error.issues));
}

export function invalid(what: string, faults: readonly RequestFault[]): RequestProblem {
  const kept = faults.slice(0, 100);
  return new RequestProblem('request-invalid', `${what} has ${faults.length} fault(s)`, { faults: kept });
}

/** The header's key, which makes a repeated request the same request. */
export function idempotencyKey(c: Context): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined || /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  const remedy = 'Send 1 to 200 visible ASCII characters, such as a UUID.';
  throw invalid('the request', [{ path: 'Idempotency-Key', message: 'is no key', remedy }]);
}
