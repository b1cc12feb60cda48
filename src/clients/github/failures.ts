import { Problem, type ProblemCode } from '../../domain/problem.ts';
import { hostOf } from '../http.ts';
import { scrub, secretForms } from '../scrub.ts';

/** GitHub's advice for a limit that names no time. */
const SECONDARY_LIMIT_SECONDS = 60;
const WORDS = 600;

/** Octokit's RequestError, as far as it is told apart here; without a response the request itself failed. */
interface RequestFailure extends Error {
  readonly status: number;
  readonly request: { readonly method: string; readonly url: string };
  readonly response?: { readonly headers: Readonly<Record<string, string | undefined>>; readonly data: unknown };
}

/** A refusal that still knows its status: some are an answer to what was asked. */
export class Refusal extends Problem {
  readonly status: number;

  constructor(status: number, code: ProblemCode, message: string, facts: { retryAfterSeconds?: number }) {
    super(code, message, facts);
    this.status = status;
  }
}

/** What is asked, or another answer where GitHub refuses with one of these statuses. A limit is never an answer. */
export async function unless<T, U>(statuses: readonly number[], asked: Promise<T>, otherwise: () => U): Promise<T | U> {
  try {
    return await asked;
  } catch (error) {
    const answers = error instanceof Refusal && error.code !== 'github-rate-limited' && statuses.includes(error.status);
    if (answers) return otherwise();
    throw error;
  }
}

/** What a failed request means to Temporal and to people; errors that are not Octokit's come back as they are. */
export function githubProblem(error: unknown, token: string, now = Date.now()): unknown {
  if (error instanceof TypeError) return new Problem('github-unreachable', error.message);
  if (!isRequestFailure(error)) return error;
  const { status, request, response } = error;
  const what = `${request.method} ${pathOf(request.url)}`;
  if (!response)
    return new Problem(
      'github-unreachable',
      `${hostOf(request.url)} could not be reached for ${what}: ${error.message}`,
    );

  const words = clamp(scrub(wordsOf(response.data), secretForms([token])));
  const seconds = limitSeconds(error, words, now);
  const code = seconds === undefined ? codeOf(status, words) : 'github-rate-limited';
  const retryAfter = seconds === undefined ? {} : { retryAfterSeconds: seconds };
  return new Refusal(status, code, `GitHub answered ${status} to ${what}: ${words}`, retryAfter);
}

/** Everything we ask for is JSON; Octokit takes a body that ended too early, or a proxy's page, for an answer in text. */
export function brokenOff({ status, data }: { status: number; data: unknown }): boolean {
  return typeof data === 'string' && status !== 204;
}

function codeOf(status: number, words: string): ProblemCode {
  // The base moved between GitHub's own look and its merge; whoever asks again looks anew.
  if (status === 405 && /base branch was modified/i.test(words)) return 'github-unreachable';
  if (status >= 500 || status === 408) return 'github-unreachable';
  switch (status) {
    case 401:
      return 'credential-refused';
    case 403:
      return 'permission-missing';
    case 405:
      return 'not-mergeable';
    case 409:
      return 'branch-moved';
    default:
      return 'github-refused';
  }
}

/** Primary and secondary limits are a 403 or a 429; only headers and words tell them from a missing right. */
function limitSeconds({ status, response }: RequestFailure, words: string, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const headers = response?.headers ?? {};
  const retryAfter = headers['retry-after'];
  if (retryAfter !== undefined && /^\d+$/.test(retryAfter)) return Number(retryAfter);
  if (headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset']);
    return Number.isFinite(reset) ? Math.max(1, Math.ceil(reset - now / 1000)) : SECONDARY_LIMIT_SECONDS;
  }
  return status === 429 || /rate limit|abuse detection/i.test(words) ? SECONDARY_LIMIT_SECONDS : undefined;
}

/** `message`, and what `errors` says of each field. */
function wordsOf(data: unknown): string {
  if (typeof data === 'string' && data.trim() !== '')
    return data
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  const { message, errors } = (data ?? {}) as { message?: unknown; errors?: unknown };
  const details = Array.isArray(errors) ? errors.map(detailOf) : [];
  const words = [typeof message === 'string' ? message : '', details.join('; ')].filter((each) => each !== '');
  return words.length > 0 ? words.join(': ') : 'nothing more';
}

function detailOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const { message, resource, field, code } = (error ?? {}) as Record<string, unknown>;
  if (typeof message === 'string') return message;
  return [resource, field, code].filter((each) => typeof each === 'string').join(' ');
}

function isRequestFailure(error: unknown): error is RequestFailure {
  return error instanceof Error && 'status' in error && 'request' in error;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

function clamp(text: string): string {
  return text.length > WORDS ? `${text.slice(0, WORDS)}…` : text;
}
