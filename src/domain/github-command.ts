import { whoMay } from './authority.ts';
import { MARKED } from './marker.ts';
import type { Role } from './project.ts';

/** What a comment or a review on GitHub tells Slipway. */
export type GitHubCommand =
  | {
      readonly kind: 'sign-off';
      readonly decision: 'approve' | 'reject';
      readonly role: Role;
      readonly reason?: string;
    }
  /** Meant for Slipway, and not understood. */
  | { readonly kind: 'unclear'; readonly why: string };

const COMMAND = /^ {0,3}\/slipway(?:\s+(.*))?$/i;
const SIGN_OFF = /^(approve|reject)\s+as\s+([a-z]+(?:-[a-z]+)*)(?=[\s:,.;]|$)[\s:,.;–—-]*(.*)$/i;
const LONGEST_REASON = 1000;

/** undefined: it tells Slipway nothing. A command begins a line; what is quoted, shown as code or written by Slipway itself is none. */
export function commandIn(body: string): GitHubCommand | undefined {
  if (body.includes(MARKED)) return undefined;
  const lines = withoutCode(body.split(/\r\n|\r|\n/));
  const at = lines.findIndex((line) => COMMAND.test(line));
  if (at === -1) return undefined;
  const further = lines.slice(at + 1);
  if (further.some((line) => COMMAND.test(line))) return { kind: 'unclear', why: 'a comment holds one command' };
  return read(COMMAND.exec(lines[at]!)?.[1]?.trim() ?? '', further);
}

function read(said: string, further: readonly string[]): GitHubCommand {
  const [, decision, name, rest = ''] = SIGN_OFF.exec(said) ?? [];
  if (decision === undefined || name === undefined) return { kind: 'unclear', why: 'no such command' };
  const role = whoMay('sign').find((one) => one === name.toLowerCase());
  if (role === undefined) return { kind: 'unclear', why: `no role ${name} signs off: ${whoMay('sign').join(', ')} do` };
  const reason = [rest, ...further].join('\n').trim().slice(0, LONGEST_REASON);
  return {
    kind: 'sign-off',
    decision: decision.toLowerCase() as 'approve' | 'reject',
    role,
    ...(reason === '' ? {} : { reason }),
  };
}

/** The lines outside of fenced code. */
function withoutCode(lines: readonly string[]): string[] {
  let fence: string | undefined;
  return lines.filter((line) => {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence === undefined) return true;
    else if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
    return false;
  });
}
