import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { PROBLEMS, Problem, type ProblemCode } from '../domain/problem.ts';

/** Troubles that only a request can have. */
const REQUEST_PROBLEMS = {
  'body-malformed': { status: 400, remedy: 'Send one JSON object.' },
  unauthenticated: { status: 401, remedy: 'Send the header Authorization: Bearer and a token that counts.' },
  'signature-invalid': { status: 401, remedy: "Give GitHub's webhook and Slipway's configuration the same secret." },
  'not-secure': { status: 403, remedy: 'Reach Slipway by https, and write its address as url: in slipway.yaml.' },
  'cross-site': { status: 403, remedy: "Use Slipway's own page: load it again, then send the form once more." },
  forbidden: { status: 403, remedy: 'Ask somebody with one of the roles that are named.' },
  'not-found': { status: 404, remedy: 'Look at the address: GET /v1/runs and GET /v1/projects list what is there.' },
  'run-unknown': { status: 404, remedy: 'GET /v1/runs lists the runs.' },
  'schedule-unknown': { status: 404, remedy: 'GET /v1/schedules lists them; PUT makes one.' },
  'artifact-unknown': { status: 404, remedy: 'GET the run: it names its artifacts.' },
  'method-not-allowed': { status: 405, remedy: 'Use another method.' },
  'run-open': { status: 409, remedy: 'Follow the open run, or abort it first.' },
  'run-ended': { status: 409, remedy: 'Nothing can be changed any more: look at its outcome.' },
  refused: { status: 409, remedy: 'Look at the run: it says what it waits for, and for which commit and manifest.' },
  'body-too-large': { status: 413, remedy: 'Send less.' },
  'content-type-unsupported': { status: 415, remedy: 'Send JSON with the header Content-Type: application/json.' },
  'request-invalid': { status: 422, remedy: 'Correct what is listed in faults; nothing was started.' },
  'idempotency-key-reused': { status: 422, remedy: 'Use a new Idempotency-Key for another request.' },
  'too-many-requests': { status: 429, remedy: 'Wait for the seconds that Retry-After says, then send it again.' },
  'too-many-listeners': { status: 429, remedy: 'Close what is followed no more, then follow again.' },
  unexpected: { status: 500, remedy: 'Look at the log of the API for this request id.' },
  'temporal-unreachable': { status: 503, remedy: 'Bring the Temporal server back, then send the request again.' },
  'worker-silent': { status: 503, remedy: 'Start a worker, then send the request again.' },
} as const satisfies Record<string, { status: ContentfulStatusCode; remedy: string }>;

export type RequestProblemCode = keyof typeof REQUEST_PROBLEMS;

export interface RequestFault {
  /** Where in the body, or which parameter. */
  readonly path?: string;
  readonly message: string;
  readonly remedy?: string;
}

interface RequestProblemOptions {
  readonly faults?: readonly RequestFault[];
  readonly members?: Record<string, unknown>;
  readonly retryAfter?: number;
}

export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly code: RequestProblemCode;
  readonly faults: readonly RequestFault[];
  /** Further members of the answer, such as the run that is in the way. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(
    code: RequestProblemCode,
    message: string,
    { faults = [], members = {}, retryAfter }: RequestProblemOptions = {},
  ) {
    super(message);
    this.code = code;
    this.faults = faults;
    this.members = members;
    this.retryAfter = retryAfter;
  }
}

const CONFLICTS: readonly ProblemCode[] = [
  'version-taken',
  'tag-taken',
  'index-conflict',
  'branch-moved',
  'rolled-back-already',
  'nothing-to-adopt',
];
const OURS: readonly ProblemCode[] = ['configuration-invalid', 'artifact-corrupt'];

/** What Slipway was asked for and can't do is the caller's to correct (422), but for these. */
function statusOf(code: ProblemCode): ContentfulStatusCode {
  if (code === 'artifact-missing') return 404;
  if (code === 'identity-refused') return 401;
  if (CONFLICTS.includes(code)) return 409;
  if (OURS.includes(code)) return 500;
  return PROBLEMS[code].retry ? 503 : 422;
}

/** RFC 9457: the only place where a failure becomes HTTP. */
export function answerProblem(c: Context, error: Error): Response {
  const { status, code, detail, remedy, faults, members } = describe(error);
  const body = {
    type: `urn:slipway:problem:${code}`,
    title: titleOf(code),
    status,
    code,
    detail,
    remedy,
    ...(faults.length > 0 ? { faults } : {}),
    ...members,
    requestId: c.get('requestId'),
  };
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (status === 429 || status === 503) headers['retry-after'] = '5';
  if (error instanceof RequestProblem && error.retryAfter) headers['retry-after'] = String(error.retryAfter);
  return c.json(body, status, headers);
}

/** Every code that an answer can have, for readers. */
export function problemCatalogue(): readonly { code: string; status: number; remedy: string }[] {
  const ofRequests = Object.entries(REQUEST_PROBLEMS).map(([code, one]) => ({ code, ...one }));
  const others = (Object.keys(PROBLEMS) as ProblemCode[]).map((code) => ({
    ...{ code, status: statusOf(code), remedy: PROBLEMS[code].remedy },
  }));
  return [...ofRequests, ...others];
}

export interface Described {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly faults: readonly RequestFault[];
  readonly members: Readonly<Record<string, unknown>>;
}

/** A failure in words for whoever asked. */
export function describe(error: Error): Described {
  if (error instanceof RequestProblem) {
    const { code, faults, members } = error;
    return { ...REQUEST_PROBLEMS[code], code, detail: error.message, faults, members };
  }
  if (error instanceof Problem) {
    // Faults of the service's own files name folders of its machine: they are for its log.
    const faults = error.code === 'configuration-invalid' ? [] : (error.facts.faults ?? []);
    const detail =
      error.code === 'configuration-invalid' ? 'the configuration of the service has faults' : error.message;
    const { code, remedy } = error;
    return {
      status: statusOf(code),
      code,
      detail,
      remedy,
      faults: faults.map((message) => ({ message })),
      members: {},
    };
  }
  if (error instanceof HTTPException && error.status < 500) {
    return describe(new RequestProblem(error.status === 413 ? 'body-too-large' : 'body-malformed', error.message));
  }
  return describe(new RequestProblem('unexpected', 'something went wrong that nobody planned'));
}

/** Those go to the log with their stack: everybody else was told what to do. */
export function isUnexpected(error: Error): boolean {
  return !(error instanceof RequestProblem || error instanceof HTTPException || error instanceof Problem);
}

function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
