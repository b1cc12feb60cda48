import { Problem, type ProblemCode } from '../../domain/problem.ts';
import { type Answer, hostOf, retryAfter } from '../http.ts';
import { scrub, secretForms } from '../scrub.ts';

const WORDS = 600;

/** The problem that a registry's refusal stands for. */
export function registryProblem(answer: Answer, what: string, secret = ''): Problem {
  const words = scrub(wordsOf(answer), secretForms([secret]));
  const seconds = retryAfter(answer.headers);
  const said = `${hostOf(answer.url)} answered ${answer.status} to ${what}: ${words.slice(0, WORDS)}`;
  return new Problem(codeOf(answer.status), said, seconds === undefined ? {} : { retryAfterSeconds: seconds });
}

function codeOf(status: number): ProblemCode {
  if (status >= 500 || status === 408 || status === 429) return 'registry-unreachable';
  if (status === 401) return 'credential-refused';
  return status === 403 ? 'permission-missing' : 'registry-refused';
}

/** The protocol's `{errors: [{code, message}]}`, or whatever text there is. */
function wordsOf({ text, reason }: Answer): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: { code?: string; message?: string }[] };
    if (Array.isArray(errors) && errors.length > 0) {
      return errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ');
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return (
    text
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim() ||
    reason ||
    'nothing more'
  );
}
