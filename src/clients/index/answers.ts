import { STATUS_CODES } from 'node:http';
import { Problem, type ProblemCode } from '../../domain/problem.ts';
import { type Answer, hostOf, retryAfter } from '../http.ts';
import { scrub, secretForms } from '../scrub.ts';

const WORDS = 600;

/** The problem that an index's refusal of an upload stands for. */
export function uploadProblem(answer: Answer, filename: string, secret: string): Problem {
  const words = wordsOf(answer, secret);
  const said = `${hostOf(answer.url)} answered ${answer.status} to ${filename}: ${words}`;
  return new Problem(uploadCode(answer.status, words), said, waiting(answer));
}

/** The problem that an index's refusal to be read stands for: no credential is sent, so none can be wrong. */
export function readingProblem(answer: Answer): Problem {
  const said = `${hostOf(answer.url)} answered ${answer.status} to ${new URL(answer.url).pathname}: ${wordsOf(answer)}`;
  return new Problem(passing(answer.status) ?? 'index-refused', said, waiting(answer));
}

function uploadCode(status: number, words: string): ProblemCode {
  const code = passing(status);
  if (code) return code;
  if (status === 401) return 'credential-refused';
  if (status === 403) return forbidden(words);
  if (status === 409) return 'index-conflict';
  if (status === 400 && /already exists|previously used|already been used/i.test(words)) return 'index-conflict';
  return 'index-refused';
}

/** Warehouse says 403 for a wrong token, a missing right, and for a mode in which it takes no uploads for a while. */
function forbidden(words: string): ProblemCode {
  if (/read-only|temporarily disabled/i.test(words)) return 'index-unreachable';
  const unknown = /authentication information|username\/password|invalid api token(?!.*not valid for project)/i;
  return unknown.test(words) ? 'credential-refused' : 'permission-missing';
}

function passing(status: number): ProblemCode | undefined {
  if (status === 429) return 'index-rate-limited';
  return status >= 500 || status === 408 ? 'index-unreachable' : undefined;
}

function waiting({ status, headers }: Answer): { retryAfterSeconds?: number } {
  const seconds = retryAfter(headers) ?? (status === 429 ? 60 : undefined);
  return seconds === undefined ? {} : { retryAfterSeconds: seconds };
}

/** The index's own words: Pyramid's JSON holds them as "code", others send text, a page, or only the status line. */
function wordsOf({ status, text, reason, headers }: Answer, secret = ''): string {
  const type = headers.get('content-type') ?? '';
  const ownReason = reason !== '' && reason !== STATUS_CODES[status] ? reason : undefined;
  const words = spoken(text, type, ownReason) || reason || 'nothing more';
  const safe = scrub(words, secretForms([secret]));
  return safe.length > WORDS ? `${safe.slice(0, WORDS)}…` : safe;
}

function spoken(text: string, type: string, reason?: string): string {
  if (type.includes('json')) return spokenInJson(text);
  if (!type.includes('html')) return text.trim();
  if (reason !== undefined) return reason;
  const page = text.replace(/<(head|style|script)\b.*?<\/\1>/gis, ' ').replace(/<[^>]*>/g, ' ');
  return page.replace(/\s+/g, ' ').trim();
}

function spokenInJson(text: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text.trim();
    throw error;
  }
  const { code, message, error } = (parsed ?? {}) as Record<string, unknown>;
  const words = [code, message, error].filter((each) => typeof each === 'string' && each.trim() !== '');
  return words.length > 0 ? words.join(' ') : text.trim();
}
