import { Hono } from 'hono';
import { needs, participates } from '../access.ts';
import { type Body, readBody } from '../body.ts';
import { store } from '../change.ts';
import { happened } from '../events.ts';
import { isSha } from '../git/names.ts';
import { isoSeconds } from '../git/objects.ts';
import { pageOf } from '../paging.ts';
import { tellPull } from '../pull-events.ts';
import type { PullRecord, ReviewRecord } from '../record.ts';
import { notFound, refuse } from '../refusals.ts';
import { pullShape, pullUrl } from '../shapes/pull.ts';
import { reviewShape } from '../shapes/review.ts';
import { userShape } from '../shapes/user.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { namedPull } from './pulls.ts';

const AT_PULL = '/repos/:owner/:repo/pulls/:number';
const EVENTS = ['APPROVE', 'REQUEST_CHANGES', 'COMMENT'] as const;
const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export function reviewRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_PULL}/reviews`, (c) => {
      const { world, repository, caller } = c.var;
      const issue = namedPull(c);
      const own = (review: ReviewRecord) => review.state !== 'PENDING' || review.author === caller?.account.login;
      const page = pageOf(c, issue.pull.reviews.filter(own), `${pullUrl(world, repository, issue.number)}/reviews`);
      return c.json(page.map((review) => reviewShape(world, repository, issue, review)));
    })
    .post(`${AT_PULL}/reviews`, participates, async (c) => {
      const issue = namedPull(c);
      const body = await readBody(c);
      const event = body.choice('event', EVENTS);
      const review = await store(c, what(c, 'create-review', issue), () => {
        mayReview(c, issue, event, body.maybeText('body') ?? '');
        const pending = issue.pull.reviews.some((each) => each.state === 'PENDING' && isOwn(c, each));
        if (event === undefined && pending)
          throw unprocessable('User can only have one pending review per pull request');
        return () => {
          const review = newReview(c, issue, body);
          issue.pull.reviews.push(review);
          if (event !== undefined) submit(c, issue, review, event);
          return review;
        };
      });
      return c.json(reviewShape(c.var.world, c.var.repository, issue, review));
    })
    .get(`${AT_PULL}/reviews/:review`, (c) => {
      const issue = namedPull(c);
      return c.json(reviewShape(c.var.world, c.var.repository, issue, namedReview(c, issue)));
    })
    .put(`${AT_PULL}/reviews/:review`, participates, async (c) => {
      const issue = namedPull(c);
      const text = (await readBody(c)).text('body');
      const review = namedReview(c, issue);
      if (!isOwn(c, review)) throw refuse(403, 'Can not edit review of another user');
      await store(c, what(c, 'update-review', issue), () => () => {
        review.body = text;
      });
      return c.json(reviewShape(c.var.world, c.var.repository, issue, review));
    })
    .delete(`${AT_PULL}/reviews/:review`, participates, async (c) => {
      const issue = namedPull(c);
      const review = namedReview(c, issue);
      await store(c, what(c, 'delete-review', issue), () => {
        if (review.state !== 'PENDING') throw unprocessable('Can not delete a non-pending pull request review');
        return () => {
          issue.pull.reviews = issue.pull.reviews.filter((each) => each !== review);
        };
      });
      return c.json(reviewShape(c.var.world, c.var.repository, issue, review));
    })
    .post(`${AT_PULL}/reviews/:review/events`, participates, async (c) => {
      const issue = namedPull(c);
      const body = await readBody(c);
      const event = body.choice('event', EVENTS) ?? (body.text('event') as never);
      const review = namedReview(c, issue);
      await store(c, what(c, 'submit-review', issue), () => {
        if (review.state !== 'PENDING') throw unprocessable('Can not submit a review that is not pending');
        mayReview(c, issue, event, body.maybeText('body') ?? review.body);
        return () => {
          review.body = body.maybeText('body') ?? review.body;
          submit(c, issue, review, event);
        };
      });
      return c.json(reviewShape(c.var.world, c.var.repository, issue, review));
    })
    .put(`${AT_PULL}/reviews/:review/dismissals`, needs('write'), async (c) => {
      const issue = namedPull(c);
      (await readBody(c)).text('message');
      const review = namedReview(c, issue);
      await store(c, what(c, 'dismiss-review', issue), () => {
        const standing = review.state === 'APPROVED' || review.state === 'CHANGES_REQUESTED';
        if (!standing) throw unprocessable('Can not dismiss a commented pull request review');
        return () => {
          review.state = 'DISMISSED';
          tell(c, 'dismissed', issue, review);
        };
      });
      return c.json(reviewShape(c.var.world, c.var.repository, issue, review));
    })
    .get(`${AT_PULL}/requested_reviewers`, (c) => {
      const { world } = c.var;
      return c.json({ users: namedPull(c).pull.reviewers.map((login) => userShape(world, login)), teams: [] });
    })
    .post(`${AT_PULL}/requested_reviewers`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const issue = namedPull(c);
      const logins = (await readBody(c)).texts('reviewers') ?? [];
      await store(c, what(c, 'request-reviewers', issue), () => {
        const stranger = logins.find((login) => login === issue.author || !world.people.find(login));
        if (stranger !== undefined) throw refuse(422, 'Reviews may only be requested from collaborators.');
        return async () => {
          issue.pull.reviewers = [...new Set([...issue.pull.reviewers, ...logins])];
          for (const login of logins) {
            await tellPull(c, 'review_requested', issue, { requested_reviewer: userShape(world, login) });
          }
        };
      });
      return c.json(pullShape(world, repository, issue, null), 201);
    });
}

function what(c: Ctx, action: string, { number }: PullRecord) {
  return { action, target: `${c.var.repository.fullName}#${number}` };
}

function namedReview(c: Ctx, { pull }: PullRecord): ReviewRecord {
  const review = pull.reviews.find((each) => each.id === Number(c.req.param('review')));
  if (!review || (review.state === 'PENDING' && !isOwn(c, review))) throw notFound();
  return review;
}

function isOwn(c: Ctx, { author }: ReviewRecord): boolean {
  return c.var.caller?.account.login === author;
}

type ReviewEvent = (typeof EVENTS)[number];

function mayReview(c: Ctx, { author }: PullRecord, event: ReviewEvent | undefined, text: string): void {
  const own = c.var.caller!.account.login === author;
  if (own && event === 'APPROVE') throw unprocessable('Review Can not approve your own pull request');
  if (own && event === 'REQUEST_CHANGES')
    throw unprocessable('Review Can not request changes on your own pull request');
  if ((event === 'COMMENT' || event === 'REQUEST_CHANGES') && text === '')
    throw unprocessable("Review body can't be blank");
}

function newReview(c: Ctx, issue: PullRecord, body: Body): ReviewRecord {
  const commit = body.maybeText('commit_id') ?? issue.pull.head.sha;
  if (!isSha(commit)) throw unprocessable('commit_id is not part of the pull request');
  return {
    id: c.var.repository.newId(),
    author: c.var.caller!.account.login,
    state: 'PENDING',
    body: body.maybeText('body') ?? '',
    commit,
    submittedAt: null,
  };
}

function submit(c: Ctx, issue: PullRecord, review: ReviewRecord, event: ReviewEvent): void {
  review.state = STATES[event];
  review.submittedAt = isoSeconds(new Date());
  issue.updatedAt = review.submittedAt;
  issue.pull.reviewers = issue.pull.reviewers.filter((login) => login !== review.author);
  tell(c, 'submitted', issue, review);
}

function tell(c: Ctx, action: string, issue: PullRecord, review: ReviewRecord): void {
  const { world, repository } = c.var;
  const shape = reviewShape(world, repository, issue, review);
  happened(c, 'pull_request_review', action, {
    review: { ...shape, state: review.state.toLowerCase() },
    pull_request: pullShape(world, repository, issue, null),
  });
}

function unprocessable(message: string) {
  return refuse(422, 'Unprocessable Entity', { errors: [message] });
}
