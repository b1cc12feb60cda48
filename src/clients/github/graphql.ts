import { Problem, type ProblemCode } from '../../domain/problem.ts';
import type { Repository } from './octokit.ts';

const LIMIT_SECONDS = 60;

interface Answered {
  readonly errors?: readonly { readonly type?: string; readonly message: string }[];
}

/** What only GraphQL gives, by Octokit's own; its errors come with status 200 and a type. */
export async function ask<T>({ octokit }: Repository, query: string, variables: Record<string, unknown>): Promise<T> {
  try {
    return await octokit.graphql<T>(query, variables);
  } catch (error) {
    throw isGraphqlError(error) ? problemOf(error.errors) : error;
  }
}

function isGraphqlError(error: unknown): error is Required<Answered> {
  return error instanceof Error && error.name === 'GraphqlResponseError' && 'errors' in error;
}

function problemOf(errors: NonNullable<Answered['errors']>): Problem {
  const message = `GitHub answered: ${errors
    .map((one) => one.message)
    .join('; ')
    .slice(0, 600)}`;
  const code = codeOf(errors.map((one) => one.type));
  return new Problem(code, message, code === 'github-rate-limited' ? { retryAfterSeconds: LIMIT_SECONDS } : {});
}

/** An error without a type is GitHub's own trouble ("Something went wrong while executing your query"), or a fault in the query. */
function codeOf(types: readonly (string | undefined)[]): ProblemCode {
  if (types.includes('RATE_LIMITED')) return 'github-rate-limited';
  if (types.includes('FORBIDDEN') || types.includes('INSUFFICIENT_SCOPES')) return 'permission-missing';
  return types.every((type) => type === undefined || type === 'INTERNAL') ? 'github-unreachable' : 'github-refused';
}
