import type { IssueRecord } from './record.ts';
import type { Repository } from './repository.ts';

export interface FoundIssue {
  repository: Repository;
  issue: IssueRecord;
}

interface Term {
  key: string | undefined;
  value: string;
  not: boolean;
}

/** `is:issue label:"bug fix" -author:bot words` in parts. */
export function parseSearch(query: string): Term[] {
  const parts = query.matchAll(/(-)?(?:([a-z-]+):)?(?:"([^"]*)"|(\S+))/gi);
  return [...parts].map(([, not, key, quoted, plain]) => ({
    key: key?.toLowerCase(),
    value: (quoted ?? plain ?? '').toLowerCase(),
    not: not === '-',
  }));
}

export function issueMatches(found: FoundIssue, terms: readonly Term[]): boolean {
  const fields = terms.filter((term) => term.key === 'in').flatMap((term) => term.value.split(','));
  return terms.every((term) => term.key === 'in' || holds(found, term, fields) !== term.not);
}

function holds({ repository, issue }: FoundIssue, { key, value }: Term, fields: readonly string[]): boolean {
  const { record, fullName } = repository;
  const milestone = record.milestones.find((each) => each.number === issue.milestone)?.title;
  switch (key) {
    case 'repo':
      return fullName.toLowerCase() === value;
    case 'org':
    case 'user':
      return record.owner.toLowerCase() === value;
    case 'is':
    case 'type':
    case 'state':
      return kindsOf(issue).includes(value);
    case 'label':
      return issue.labels.some((label) => value.split(',').includes(label.toLowerCase()));
    case 'author':
      return issue.author.toLowerCase() === value;
    case 'assignee':
      return issue.assignees.some((login) => login.toLowerCase() === value);
    case 'milestone':
      return milestone?.toLowerCase() === value;
    case 'head':
      return issue.pull?.head.ref.toLowerCase() === value;
    case 'base':
      return issue.pull?.base.ref.toLowerCase() === value;
    case 'created':
      return inTime(issue.createdAt, value);
    case 'updated':
      return inTime(issue.updatedAt, value);
    default:
      return searched(issue, fields).includes(key === undefined ? value : `${key}:${value}`);
  }
}

function kindsOf({ state, pull }: IssueRecord): string[] {
  return [state, ...(pull ? ['pr', 'pull-request'] : ['issue']), pull?.mergedAt ? 'merged' : 'unmerged'];
}

function searched(issue: IssueRecord, fields: readonly string[]): string {
  const texts = {
    title: issue.title,
    body: issue.body ?? '',
    comments: issue.comments.map((comment) => comment.body).join('\n'),
  };
  const chosen = Object.entries(texts).filter(([name]) => fields.length === 0 || fields.includes(name));
  return chosen.map(([, text]) => text.toLowerCase()).join('\n');
}

function inTime(time: string, range: string): boolean {
  const [, sign = '', day = ''] = /^(>=|<=|>|<)?(.+)$/.exec(range) ?? [];
  const [at, limit] = [Date.parse(time), Date.parse(day.toUpperCase())];
  if (sign === '>=') return at >= limit;
  if (sign === '>') return at > limit;
  if (sign === '<=') return at <= limit;
  return sign === '<' ? at < limit : time.toLowerCase().startsWith(day);
}
