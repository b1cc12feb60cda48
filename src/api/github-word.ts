import { z } from 'zod';
import type { GitHubWord } from '../domain/run/github-word.ts';

/** What a person wrote on a pull request. */
export interface Written extends GitHubWord {
  /** owner/name in lower case. */
  readonly repository: string;
  readonly pullRequest: number;
  readonly body: string;
  readonly url: string;
}

const id = z.int().min(1);
const repository = z.object({ full_name: z.string() });
const written = z.object({ id, user: z.object({ login: z.string() }), body: z.string(), html_url: z.string() });

const comment = z.object({
  action: z.literal('created'),
  repository,
  issue: z.object({ number: id, pull_request: z.object({}) }), // an issue that is no pull request has none
  comment: written.extend({ created_at: z.string() }),
});

const review = z.object({
  action: z.literal('submitted'),
  repository,
  pull_request: z.object({ number: id }),
  review: written.extend({ submitted_at: z.string(), commit_id: z.string() }),
});

/** A new comment on a pull request or a new review; undefined for all else, edited ones among it: nobody signs off by changing old words. */
export function readWritten(event: string, payload: unknown): Written | undefined {
  if (event === 'issue_comment') {
    const { data } = comment.safeParse(payload);
    if (!data) return undefined;
    return { ...partsOf(data, 'comment', data.comment), pullRequest: data.issue.number, at: data.comment.created_at };
  }
  if (event !== 'pull_request_review') return undefined;
  const { data } = review.safeParse(payload);
  if (!data) return undefined;
  const { submitted_at: at, commit_id: commit } = data.review;
  return { ...partsOf(data, 'review', data.review), pullRequest: data.pull_request.number, at, commit };
}

function partsOf(
  { repository: { full_name: name } }: { repository: { full_name: string } },
  kind: string,
  said: z.output<typeof written>,
) {
  const { id: number, user, body, html_url: url } = said;
  return { repository: name.toLowerCase(), key: `${kind}-${number}`, account: user.login, body, url };
}
