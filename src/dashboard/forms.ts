import type { StartKind, Told } from '../api/for-pages.ts';

export type Fields = Readonly<Record<string, string>>;

/** What was filled in, without what was left empty. */
export function filledIn(form: Readonly<Record<string, unknown>>): Fields {
  const texts = Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts.map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ''));
}

type Reading = (fields: Fields) => Record<string, unknown>;

const REASON: Reading = ({ reason }) => ({ reason });
const FOR = ({ commit, manifest }: Fields) => ({ commit, manifest });

/** A form of the run's page by its path: the signal that it sends, and the signal's body in it. */
const ANSWERS: Readonly<Record<string, { name: Told['name']; read: Reading }>> = {
  'sign-offs': {
    name: 'signOff',
    read: (form) => ({ role: form.role, decision: form.decision, ...FOR(form), comment: form.comment }),
  },
  checks: {
    name: 'check',
    read: (form) => ({ item: form.item, passed: form.passed === 'true', ...FOR(form), note: form.note }),
  },
  decisions: {
    name: 'decide',
    read: ({ step, attempt, action, reason }) => ({ step, attempt: number(attempt), action, reason }),
  },
  fix: { name: 'fixReady', read: ({ commits }) => ({ commits: lines(commits) }) },
  watch: {
    name: 'watch',
    read: ({ attempt, action, reason, hours }) => ({
      ...{ attempt: number(attempt), action, reason },
      hours: action === 'extend' ? number(hours) : undefined,
    }),
  },
  pause: { name: 'pause', read: REASON },
  resume: { name: 'resume', read: REASON },
  abort: { name: 'abort', read: REASON },
};

/** undefined: no form of ours has that path. */
export function answerIn(path: string, fields: Fields): Told | undefined {
  const answer = Object.hasOwn(ANSWERS, path) ? ANSWERS[path] : undefined;
  return answer && { name: answer.name, body: present(answer.read(fields)), requestId: keyOf(fields) };
}

const STARTS: Readonly<Record<StartKind, Reading>> = {
  release: ({ project, version, bump, prerelease, dryRun, testOnly, adopt }) => ({
    ...{ project, version, bump: version === undefined ? bump : undefined },
    prerelease: version === undefined ? prerelease : undefined,
    ...{ dryRun: ticked(dryRun), testOnly: ticked(testOnly), adopt: ticked(adopt) },
  }),
  hotfix: ({ project, title, issue, base, commits, version }) => ({
    ...{ project, title, issue: number(issue), base, version },
    commits: commits === undefined ? undefined : lines(commits),
  }),
  rollback: ({ project, version, reason, rollForward, tags }) => ({ project, version, reason, rollForward, tags }),
};

export function startIn(kind: StartKind, fields: Fields): { body: object; key: string } {
  return { body: present(STARTS[kind](fields)), key: keyOf(fields) };
}

/** Of the form that was shown, so that sending it twice counts once; what somebody made up gets one of its own. */
function keyOf({ key = '' }: Fields): string {
  return /^[0-9a-f-]{36}$/.test(key) ? key : crypto.randomUUID();
}

function present(body: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** What is no number is told to be none, by the one who knows what belongs there. */
function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function ticked(text: string | undefined): true | undefined {
  return text === 'true' ? true : undefined;
}

function lines(text = ''): string[] {
  return text.split(/[\s,]+/).filter((line) => line !== '');
}
