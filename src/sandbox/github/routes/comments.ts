import { Hono } from 'hono';
import { atLeastAuthor, participates } from '../access.ts';
import { readBody } from '../body.ts';
import { store } from '../change.ts';
import { happened } from '../events.ts';
import { isoSeconds } from '../git/objects.ts';
import { pageOf } from '../paging.ts';
import type { CommentRecord, IssueRecord } from '../record.ts';
import { notFound } from '../refusals.ts';
import { commentShape, issueShape, issueUrl } from '../shapes/issue.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { namedIssue } from './issues.ts';

const AT_ISSUES = '/repos/:owner/:repo/issues';

export function commentRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_ISSUES}/:number/comments`, (c) => {
      const { world, repository } = c.var;
      const issue = namedIssue(c);
      const since = Date.parse(c.req.query('since') ?? '1970-01-01');
      const comments = issue.comments.filter((comment) => Date.parse(comment.updatedAt) >= since);
      const page = pageOf(c, comments, `${issueUrl(world, repository, issue)}/comments`);
      return c.json(page.map((comment) => commentShape(world, repository, issue, comment)));
    })
    .post(`${AT_ISSUES}/:number/comments`, participates, async (c) => {
      const { world, repository, caller } = c.var;
      const issue = namedIssue(c);
      const body = (await readBody(c)).text('body');
      const comment = await store(c, what(c, 'create-comment', issue), () => () => {
        const now = isoSeconds(new Date());
        const author = caller!.account.login;
        const comment = { id: repository.newId(), author, body, createdAt: now, updatedAt: now };
        issue.comments.push(comment);
        issue.updatedAt = now;
        tell(c, 'created', issue, comment);
        return comment;
      });
      return c.json(commentShape(world, repository, issue, comment), 201);
    })
    .get(`${AT_ISSUES}/comments/:comment`, (c) => {
      const { issue, comment } = namedComment(c);
      return c.json(commentShape(c.var.world, c.var.repository, issue, comment));
    })
    .patch(`${AT_ISSUES}/comments/:comment`, participates, async (c) => {
      const { issue, comment } = namedComment(c);
      const body = (await readBody(c)).text('body');
      atLeastAuthor(c, comment);
      await store(c, what(c, 'update-comment', issue), () => () => {
        Object.assign(comment, { body, updatedAt: isoSeconds(new Date()) });
        tell(c, 'edited', issue, comment);
      });
      return c.json(commentShape(c.var.world, c.var.repository, issue, comment));
    })
    .delete(`${AT_ISSUES}/comments/:comment`, participates, async (c) => {
      const { issue, comment } = namedComment(c);
      atLeastAuthor(c, comment);
      await store(c, what(c, 'delete-comment', issue), () => () => {
        issue.comments = issue.comments.filter((each) => each !== comment);
        tell(c, 'deleted', issue, comment);
      });
      return c.body(null, 204);
    });
}

function namedComment(c: Ctx): { issue: IssueRecord; comment: CommentRecord } {
  for (const issue of c.var.repository.record.issues) {
    const comment = issue.comments.find((each) => each.id === Number(c.req.param('comment')));
    if (comment) return { issue, comment };
  }
  throw notFound();
}

function what(c: Ctx, action: string, { number }: IssueRecord) {
  return { action, target: `${c.var.repository.fullName}#${number}` };
}

function tell(c: Ctx, action: string, issue: IssueRecord, comment: CommentRecord): void {
  const { world, repository } = c.var;
  const details = {
    issue: issueShape(world, repository, issue),
    comment: commentShape(world, repository, issue, comment),
  };
  happened(c, 'issue_comment', action, details);
}
