import { Hono } from 'hono';
import { html } from 'hono/html';
import { checkResults } from '../commit-checks.ts';
import { readCommits } from '../git/objects.ts';
import { history } from '../git/refs.ts';
import { mergeabilityOf } from '../mergeability.ts';
import { pullRange } from '../pull-figures.ts';
import type { IssueRecord, PullRecord } from '../record.ts';
import { pullUrl } from '../shapes/pull.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { frame, short, state } from './frame.ts';
import { patches } from './repository-pages.ts';

const AT = '/:owner/:repo';

export function pullPages(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT}/pulls`, (c) => frame(c, 'Pull requests', list(c, c.var.repository.pulls())))
    .get(`${AT}/issues`, (c) =>
      frame(
        c,
        'Issues',
        list(
          c,
          c.var.repository.record.issues.filter((issue) => issue.pull === null),
        ),
      ),
    )
    .get(`${AT}/issues/:number`, (c) => {
      const issue = c.var.repository.record.issues.find((each) => each.number === Number(c.req.param('number')));
      if (!issue) return c.notFound();
      if (issue.pull) return c.redirect(`/${c.var.repository.fullName}/pull/${issue.number}`);
      return frame(c, `${issue.title} #${issue.number}`, conversation(issue));
    })
    .get(`${AT}/pull/:number`, async (c) => {
      const issue = c.var.repository.pull(Number(c.req.param('number')));
      return issue ? pullPage(c, issue) : c.notFound();
    })
    .get(`${AT}/milestone/:number`, (c) => {
      const number = Number(c.req.param('number'));
      const { milestones, issues } = c.var.repository.record;
      const milestone = milestones.find((each) => each.number === number);
      if (!milestone) return c.notFound();
      const inside = issues.filter((issue) => issue.milestone === number);
      const due = html`<p>${state(milestone.state)} due ${milestone.dueOn ?? 'any time'}</p>`;
      return frame(c, `Milestone ${milestone.title}`, html`${due}${list(c, inside)}`);
    });
}

function list(c: Ctx, issues: readonly IssueRecord[]) {
  const { fullName } = c.var.repository;
  if (issues.length === 0) return html`<p>None yet.</p>`;
  const items = [...issues].reverse().map(({ number, title, pull, ...issue }) => {
    const where = `/${fullName}/${pull ? 'pull' : 'issues'}/${number}`;
    return html`<li>${state(pull?.mergedAt ? 'merged' : issue.state)} <a href="${where}">#${number} ${title}</a> by ${issue.author}</li>\n`;
  });
  return html`<ul>${items}</ul>`;
}

function conversation(issue: IssueRecord) {
  return html`
<p>${state(issue.pull?.mergedAt ? 'merged' : issue.state)} by ${issue.author} on ${issue.createdAt} ${issue.labels.map((label) => html`<code>${label}</code> `)}</p>
<pre>${issue.body ?? ''}</pre>
${issue.comments.map(({ author, createdAt, body }) => html`<p>${author} on ${createdAt}:</p><pre>${body}</pre>`)}`;
}

async function pullPage(c: Ctx, issue: PullRecord): Promise<Response> {
  const { world, repository } = c.var;
  const { pull, number } = issue;
  const { from, to } = await pullRange(repository, issue);
  const commits = await readCommits(repository.git, (await history(repository.git, from, to)).reverse());
  const checks = [...checkResults(repository.record, pull.head.sha)];
  return frame(
    c,
    `${issue.title} #${number}`,
    html`
<p><code>${pull.head.ref}</code> (<code>${short(pull.head.sha)}</code>) into <code>${pull.base.ref}</code>${await standing(c, issue)}</p>
${conversation(issue)}
<h2>Reviews</h2>
<ul>${pull.reviews.map((review) => html`<li>${review.author}: ${review.state} of <code>${short(review.commit)}</code> on ${review.submittedAt} ${review.body}</li>\n`)}</ul>
${issue.state === 'open' ? html`<p>To approve it, as somebody else than ${issue.author}:</p><pre>curl -H "Authorization: Bearer $TOKEN" -d '{"event":"APPROVE"}' ${pullUrl(world, repository, number)}/reviews</pre>` : ''}
<h2>Checks</h2>
<ul>${checks.map(([name, passed]) => html`<li>${state(passed ? 'success' : 'failure')} ${name}</li>\n`)}</ul>
<h2>Commits</h2>
<ul>${commits.map(({ sha, message }) => html`<li><a href="/${repository.fullName}/commit/${sha}"><code>${short(sha)}</code></a> ${message.split('\n')[0]}</li>\n`)}</ul>
<h2>Files</h2>
${await patches(c, from, to)}`,
  );
}

async function standing(c: Ctx, issue: PullRecord) {
  const { world, repository } = c.var;
  const { mergeCommit, mergedBy } = issue.pull;
  if (mergeCommit !== null) {
    return html`, merged by ${mergedBy} as <a href="/${repository.fullName}/commit/${mergeCommit}"><code>${short(mergeCommit)}</code></a>`;
  }
  const { state: how, refusal } = await mergeabilityOf(world, repository, issue);
  return issue.state === 'open' ? html`: ${how}${refusal === undefined ? '' : `, ${refusal}`}` : '';
}
