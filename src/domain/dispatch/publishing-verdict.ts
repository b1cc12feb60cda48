import type { ProblemCode } from '../problem.ts';
import type { Comparison } from '../publication.ts';
import type { JobRun } from './own-run.ts';

export type PublishingVerdict =
  | { readonly kind: 'published'; readonly note: string | null }
  | { readonly kind: 'refused'; readonly code: ProblemCode; readonly message: string };

interface Asked {
  /** Ended. */
  readonly run: Pick<JobRun, 'conclusion' | 'url'>;
  readonly there: Comparison;
  readonly target: string;
  readonly version: string;
}

/** What the index holds counts; what the job says of itself is only a note. */
export function judgePublishing({ run, there, target, version }: Asked): PublishingVerdict {
  const { conclusion, url } = run;
  const succeeded = conclusion === 'success';
  const ended = succeeded ? 'succeeded' : `ended as ${conclusion ?? 'nothing'}`;
  const [conflict] = there.conflicting;
  if (conflict) {
    const { wanted, there: other } = conflict;
    const sides = `${wanted.name}: there sha256:${other.sha256}, approved ${wanted.digest}`;
    const message = `${target} holds other bytes of ${version} than were approved: ${sides} (${url})`;
    return { kind: 'refused', code: 'index-conflict', message };
  }
  if (there.unexpected.length > 0) {
    const names = there.unexpected.map(({ filename }) => filename).join(', ');
    const message = `${target} holds ${names}, which were not approved (${url})`;
    return { kind: 'refused', code: 'files-unexpected', message };
  }
  if (there.missing.length === 0) {
    const note = succeeded ? null : `the job ${ended}, and every file is there, equal`;
    return { kind: 'published', note };
  }
  const missing = there.missing.map(({ name }) => name).join(', ');
  const lacking = there.same.length === 0 ? 'holds none of the files' : `lacks ${missing}`;
  return {
    kind: 'refused',
    code: succeeded ? 'files-missing' : 'workflow-failed',
    message: `the job ${ended}, and ${target} ${lacking} (${url})`,
  };
}
