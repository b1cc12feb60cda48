import type { ProblemAnswer } from '../api/answers/problem-answer.ts';
import type { RequestProblemCode } from '../api/problems.ts';
import type { ProblemCode } from '../domain/problem.ts';

/** What the API refused or could not do, in its own words (RFC 9457). Compare `code`, never texts. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  /** Other codes are those of a service that is newer than this client. */
  readonly code: ProblemCode | RequestProblemCode | (string & {});
  readonly remedy: string;
  readonly faults: NonNullable<ProblemAnswer['faults']>;
  readonly run: ProblemAnswer['run'];
  readonly requestId: string;

  constructor(status: number, answer: Partial<ProblemAnswer>) {
    super(answer.detail ?? `the answer has the status ${status}`);
    this.status = status;
    this.code = answer.code ?? 'unexpected';
    this.remedy = answer.remedy ?? 'Look whether this is the address of a Slipway service.';
    this.faults = answer.faults ?? [];
    this.run = answer.run;
    this.requestId = answer.requestId ?? '';
  }

  /** Whatever answered, a Slipway service or something before it. */
  static async of(answer: Response): Promise<ApiProblem> {
    const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
    if (isProblem) return new ApiProblem(answer.status, (await answer.json()) as ProblemAnswer);
    await answer.body?.cancel();
    return new ApiProblem(answer.status, {});
  }
}

/** Nothing answered at the service's address. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}
