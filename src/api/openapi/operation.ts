import type { z } from 'zod';

export const TAGS = {
  projects: 'What there is to release, and which version comes next.',
  starts: 'Start a release, a hotfix or a rollback. A repeat under the same Idempotency-Key answers with the same run.',
  runs: 'What runs, what waits for whom, and what became of it.',
  schedules: 'What a calendar starts, or reminds people of.',
  signals: 'Tell a run what it waits for. Whether it counted is the answer.',
  service: 'The service itself.',
} as const;

/** A route as its readers need it. Its schemas are those that its requests are read with. */
export interface Operation {
  /** What a client calls it. */
  readonly name: string;
  readonly summary: string;
  readonly about?: string;
  readonly tag: keyof typeof TAGS;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly example?: object;
  readonly headers?: readonly HeaderName[];
  readonly answers: Readonly<Record<number, Answer>>;
  /** Those that every route of its kind has (`alwaysPossible`) are not repeated. */
  readonly problems?: readonly number[];
  readonly access?: 'anyone' | 'webhook';
}

export interface Answer {
  readonly says: string;
  readonly schema?: z.ZodType;
  /** Without one: application/json. */
  readonly type?: string;
  readonly headers?: readonly string[];
}

/** By method and path, as in `GET /v1/runs/{id}`. */
export type Operations = Readonly<Record<`${'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'} /${string}`, Operation>>;

export const REQUEST_HEADERS = {
  'Idempotency-Key': {
    description: 'Makes a repeated request the same request. With another body it is refused.',
    schema: { type: 'string', pattern: '^[!-~]{1,200}$' },
  },
  'Last-Event-ID': {
    description: 'The id of the last event that was received: only what is new is sent.',
    schema: { type: 'string', maxLength: 200 },
  },
  'X-GitHub-Event': { description: "The event's name.", schema: { type: 'string' } },
  'X-GitHub-Delivery': { description: 'Names the delivery: its repeat changes nothing.', schema: { type: 'string' } },
} as const;

export type HeaderName = keyof typeof REQUEST_HEADERS;

/** What can happen to every request of this kind. */
export function alwaysPossible({ access, body }: Operation): readonly number[] {
  return [
    ...(access === 'anyone' ? [] : [401]),
    ...(access === undefined ? [403, 429, 503] : []),
    ...(body === undefined ? [] : [400, 413, 415, 422]),
    500,
  ];
}
