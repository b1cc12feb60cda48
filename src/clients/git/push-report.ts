import type { RefState, RefUpdate } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';

/** One line of `git push --porcelain`. */
export interface PushedRef {
  readonly ref: string;
  readonly flag: string;
  readonly summary: string;
}

export function parsePush(stdout: string): PushedRef[] {
  return stdout.split('\n').flatMap((line) => {
    const [, flag, ref, summary] = /^([ +\-*!=])\t[^\t]*:([^\t]+)\t(.*)$/.exec(line) ?? [];
    return flag === undefined || ref === undefined ? [] : [{ flag, ref, summary: summary ?? '' }];
  });
}

/** The ref no longer has (or has already got) a value: found by us beforehand, or by the server in a race of two pushes. */
const MOVED =
  /stale info|already exists|fetch first|non-fast-forward|cannot lock ref|failed to update ref|incorrect old value/;

/** Which rule refused a push. A ref that moved tells more than the others that were held back with it. */
export function refusal(
  report: readonly PushedRef[],
  updates: readonly RefUpdate[],
  there: RefState,
  stderr: string,
): Problem {
  const rejected = report.filter(({ flag, summary }) => flag === '!' && !summary.includes('atomic'));
  const moved = rejected.find(({ ref, summary }) => MOVED.test(summary) || differs(ref, updates, there));
  if (moved !== undefined) {
    const { expected } = updates.find(({ ref }) => ref === moved.ref) ?? { expected: null };
    const sides = `${there[moved.ref] ?? 'not there'}, not ${expected ?? 'absent'} as expected`;
    return new Problem(moved.ref.startsWith('refs/tags/') ? 'tag-taken' : 'branch-moved', `${moved.ref} is ${sides}`);
  }
  const summaries = (rejected.length > 0 ? rejected : report).map(({ ref, summary }) => `${ref}: ${summary}`);
  const words = stderr
    .split('\n')
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice(7).trim());
  return new Problem('git-refused', [...summaries, ...words].filter(Boolean).join('\n').slice(0, 2000));
}

function differs(ref: string, updates: readonly RefUpdate[], there: RefState): boolean {
  const update = updates.find((one) => one.ref === ref);
  return update !== undefined && (there[ref] ?? null) !== update.expected;
}
