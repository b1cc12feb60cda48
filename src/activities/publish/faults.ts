import { Problem, type ProblemCode } from '../../domain/problem.ts';

export interface Fault {
  readonly code: ProblemCode;
  readonly message: string;
}

/** Problems of all checks side by side; what only a retry can cure is thrown at once. */
export async function collect(checks: readonly (() => Promise<readonly Fault[]>)[]): Promise<Fault[]> {
  const results = await Promise.allSettled(checks.map((check) => check()));
  return results.flatMap((result): Fault[] => {
    if (result.status === 'fulfilled') return [...result.value];
    if (!(result.reason instanceof Problem) || result.reason.retry) throw result.reason;
    const { code, message, remedy } = result.reason;
    return [{ code, message: `${message}. ${remedy}` }];
  });
}

/** A single fault is its own problem; several are told as one. */
export function problemOf(what: string, faults: readonly Fault[]): Problem {
  const [only, ...others] = faults;
  const unique = [...new Set(faults.map(({ message }) => message))];
  if (only && others.length === 0) return new Problem(only.code, only.message, { faults: unique });
  const contradictory = faults.every(({ code }) => code === 'adopt-contradiction');
  return new Problem(contradictory ? 'adopt-contradiction' : 'preflight-failed', `${what}: ${unique.join('; ')}`, {
    faults: unique,
  });
}
