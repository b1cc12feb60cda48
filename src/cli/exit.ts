import { CommanderError } from 'commander';
import colours from 'picocolors';
import { ApiProblem, Unreachable } from '../api-client/problem.ts';
import { Problem, type ProblemCode } from '../domain/problem.ts';
import { plain } from './words.ts';

/** Docs/command-line.md tells them. */
export const EXIT = { done: 0, refused: 1, usage: 2, pending: 3 } as const;

/** Something is missing on the command line, or contradicts what is there. */
export class Usage extends Error {
  override readonly name = 'Usage';
}

/** Refused here, before anything was sent. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

/** A run is told to retry or to skip; at the keyboard there is neither. */
const REMEDIES: Readonly<Partial<Record<ProblemCode, string>>> = {
  'configuration-invalid': 'Correct what is named, then try again.',
  'changelog-empty': 'Write what changed, then prepare again. Nothing was touched.',
  'changelog-unreadable': 'Correct the changelog, or name it in a project file (--project FILE).',
  'version-home-missing': 'Name the files that hold the version in a project file: version.files (--project FILE).',
  'bump-unclear': 'Add --version X, or --bump major, minor, patch or prerelease, with or without --prerelease STAGE.',
  'merge-conflict': 'Finish the merge, then try again.',
  'command-failed': 'Read what it said, correct the cause, then try again.',
};

/** Says why it ended so (`json`: what the service refused as JSON), and answers the exit status; what nobody planned is thrown on. */
export function explain(error: unknown, { json = false } = {}): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage; // it has said so itself
  if (error instanceof Usage) return told(EXIT.usage, { message: error.message });
  if (error instanceof NotNow) return told(EXIT.refused, { message: error.message }, json);
  if (error instanceof Unreachable) {
    const remedy = 'Look whether the service runs, and whether its address is right (SLIPWAY_API, --api).';
    return told(EXIT.refused, { code: 'unreachable', message: error.message, remedy }, json);
  }
  if (error instanceof ApiProblem) {
    const faults = error.faults.map(({ path, message, remedy }) =>
      [path === undefined ? '' : `${path} `, message, remedy ? `. ${remedy}` : ''].join(''),
    );
    const { code, status, remedy, message, requestId } = error;
    return told(EXIT.refused, { code, status, message, faults, remedy, requestId }, json);
  }
  if (!(error instanceof Problem)) throw error;
  const faults = (error.facts.faults ?? []).filter((fault) => !error.message.includes(fault));
  const remedy = REMEDIES[error.code] ?? error.remedy;
  return told(EXIT.refused, { code: error.code, message: error.message, faults, remedy });
}

interface Told {
  readonly message: string;
  readonly code?: string;
  readonly status?: number;
  readonly faults?: readonly string[];
  readonly remedy?: string;
  readonly requestId?: string;
}

function told(exit: number, what: Told, json = false): number {
  const { message, faults = [], remedy } = what;
  const title = exit === EXIT.usage ? `${colours.red('error:')} ` : '';
  const text = [message, ...faults.map((fault) => `  - ${fault}`), ...(remedy === undefined ? [] : [remedy])];
  process.stderr.write(json ? `${JSON.stringify({ problem: what })}\n` : `${title}${plain(text.join('\n'))}\n`);
  return exit;
}
