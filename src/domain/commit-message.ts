/*
 * Conventional Commits, read by hand: the published parser imports a Node built-in, which the workflow bundle must not.
 */

export interface CommitMessage {
  readonly subject: string;
  /** Lower case; null where the commit is not a conventional one. */
  readonly type: string | null;
  readonly scope: string | null;
  /** The subject without type, scope and a squash merge's ` (#123)`. */
  readonly description: string;
  /** What breaks, in the author's words; null where nothing does. */
  readonly breaking: string | null;
  readonly merge: boolean;
  /** What a revert takes back: the sha where the message names it, and the subject where it is quoted. */
  readonly reverts: { readonly sha: string | null; readonly subject: string | null } | null;
}

const TYPES =
  'feat|feature|fix|bugfix|hotfix|perf|refactor|docs|doc|style|test|tests|build|ci|chore|revert|deps|release|wip';
const HEADER = new RegExp(`^(?<type>${TYPES})(?:\\((?<scope>[^()]*)\\))?(?<bang>!)?: *(?<text>\\S.*)$`, 'i');
/** Whatever the type is called, an exclamation mark before the colon is meant. */
const OTHER_BREAKING_HEADER = /^(?<type>[a-z][\w-]*)(?:\((?<scope>[^()]*)\))?(?<bang>!): +(?<text>\S.*)$/i;
const BREAKING_FOOTER = /^BREAKING[ -]CHANGES?(?::| #) *(?<text>.*(?:\n(?!\s*\n|[A-Za-z-]+(?:: | #)).+)*)/m;
const MERGE = /^Merge (?:branch|branches|pull request|remote-tracking branch|tag|commit|[\w./-]+ into )/;
const ALIASES: Readonly<Record<string, string>> = {
  feature: 'feat',
  bugfix: 'fix',
  hotfix: 'fix',
  doc: 'docs',
  tests: 'test',
};

export function readCommitMessage(message: string, parents = 1): CommitMessage {
  const text = message.replaceAll('\r\n', '\n').trim();
  const [subject = ''] = text.split('\n');
  const {
    type,
    scope,
    bang,
    text: title,
  } = (HEADER.exec(subject) ?? OTHER_BREAKING_HEADER.exec(subject))?.groups ?? {};
  const description = withoutPullRequest(title ?? subject);
  const footer = BREAKING_FOOTER.exec(text)
    ?.groups?.text?.replaceAll(/\s*\n\s*/g, ' ')
    .trim();
  const reverts = revertOf(subject, text);
  const lower = type?.toLowerCase() ?? (HEADER.test(reverts?.subject ?? '') ? 'revert' : undefined);
  return {
    subject,
    type: lower === undefined ? null : (ALIASES[lower] ?? lower),
    scope: scope === undefined || scope === '' ? null : scope,
    description,
    breaking: footer === undefined ? (bang === '!' ? description : null) : footer || description,
    merge: parents > 1 || MERGE.test(subject),
    reverts,
  };
}

/** The titles that a squash merge lists in its body (`* feat: …`), where its own title is not a conventional one. */
export function squashedMessages(message: string): CommitMessage[] {
  const [, ...body] = message.replaceAll('\r\n', '\n').split('\n');
  return body
    .map((line) => /^[*-] +(?<title>\S.*)$/.exec(line)?.groups?.title)
    .filter((title) => title !== undefined)
    .map((title) => readCommitMessage(title))
    .filter(({ type }) => type !== null);
}

export function withoutPullRequest(subject: string): string {
  return subject.replace(/(?: \(#\d+\))+$/, '');
}

function revertOf(subject: string, text: string): CommitMessage['reverts'] {
  const sha = /\bThis reverts commit (?<sha>[0-9a-f]{7,40})\b/.exec(text)?.groups?.sha ?? null;
  const quoted = /^Revert "(?<subject>.*)"(?: \(#\d+\))*$/.exec(subject)?.groups?.subject;
  const reapplied = /^Reapply "(?<subject>.*)"(?: \(#\d+\))*$/.exec(subject)?.groups?.subject;
  const typed = /^revert(?:\([^()]*\))?!?: *(?<subject>.+)$/i.exec(subject)?.groups?.subject;
  // A reapplied change is the revert of its revert, in git's newer words.
  const named = quoted ?? (reapplied === undefined ? typed : `Revert "${reapplied}"`);
  return sha === null && named === undefined ? null : { sha, subject: named ?? null };
}
