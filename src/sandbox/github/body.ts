import type { Context } from 'hono';
import { refuse } from './refusals.ts';

/** A request's JSON, field by field; what is missing or of another type is refused as GitHub does. */
export class Body {
  readonly #fields: Record<string, unknown>;

  constructor(fields: Record<string, unknown>) {
    this.#fields = fields;
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  isNull(name: string): boolean {
    return this.#fields[name] === null;
  }

  text(name: string): string {
    return this.maybeText(name) ?? missing(name);
  }

  maybeText(name: string): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : wrongType(name, value, 'a string');
  }

  /** undefined: leave it; null: take it away. */
  nullableText(name: string): string | null | undefined {
    return this.isNull(name) ? null : this.maybeText(name);
  }

  flag(name: string): boolean | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'boolean' ? value : wrongType(name, value, 'a boolean');
  }

  maybeNumber(name: string): number | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    return Number.isInteger(value) ? (value as number) : wrongType(name, value, 'an integer');
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.maybeText(name);
    if (value === undefined) return undefined;
    if (choices.includes(value as T)) return value as T;
    throw refuse(422, `Invalid request.\n\n${value} is not a member of ${JSON.stringify(choices)}.`);
  }

  texts(name: string): string[] | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) return wrongType(name, value, 'an array');
    return value.map((item) => (typeof item === 'string' ? item : wrongType(name, item, 'a string')));
  }

  list(name: string): Body[] | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) return wrongType(name, value, 'an array');
    return value.map((item) => (isObject(item) ? new Body(item) : wrongType(name, item, 'an object')));
  }

  /** Texts by their names. */
  record(name: string): Record<string, string> | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) return wrongType(name, value, 'an object');
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, typeof one === 'string' ? one : wrongType(key, one, 'a string')]),
    );
  }

  object(name: string): Body | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    return isObject(value) ? new Body(value) : wrongType(name, value, 'an object');
  }
}

// biome-ignore lint/suspicious/noExplicitAny: any server's context will do
export async function readBody(c: Context<any>): Promise<Body> {
  const text = await c.req.text();
  if (text.trim() === '') return new Body({});
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(400, 'Problems parsing JSON');
  }
  if (!isObject(value)) throw refuse(400, 'Body should be a JSON object');
  return new Body(value);
}

function missing(name: string): never {
  throw refuse(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
}

function wrongType(name: string, value: unknown, wanted: string): never {
  throw refuse(422, `Invalid request.\n\nFor 'properties/${name}', ${JSON.stringify(value)} is not ${wanted}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
