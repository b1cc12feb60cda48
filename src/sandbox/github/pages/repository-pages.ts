import { Hono } from 'hono';
import { html } from 'hono/html';
import { findRepository } from '../access.ts';
import { emptyTree, fileChanges } from '../git/diff.ts';
import { readCommits } from '../git/objects.ts';
import { history, listRefs, type Ref, resolveCommit } from '../git/refs.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { frame, short } from './frame.ts';

const AT = '/:owner/:repo';

export function repositoryPages(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get('/', (c) => {
      const open = c.var.world.repositories.all().filter(({ record }) => !record.private);
      const items = open.map(({ fullName }) => html`<li><a href="/${fullName}">${fullName}</a></li>\n`);
      return frame(c, 'Repositories', html`<ul>${items}</ul>`);
    })
    .use(AT, findRepository)
    .use(`${AT}/*`, findRepository)
    .get(AT, overview)
    .get(`${AT}/tree/:ref{.+}`, (c) => commitList(c, c.req.param('ref')))
    .get(`${AT}/commits`, (c) => commitList(c, c.var.repository.record.defaultBranch))
    .get(`${AT}/commits/:ref{.+}`, (c) => commitList(c, c.req.param('ref')))
    .get(`${AT}/commit/:sha`, commitPage)
    .get(`${AT}/compare/:range{.+}`, comparePage);
}

async function overview(c: Ctx): Promise<Response> {
  const { world, repository } = c.var;
  const { git, record, fullName } = repository;
  const refs = await listRefs(git);
  const readme = await git.object(`refs/heads/${record.defaultBranch}:README.md`);
  const named = (prefix: string) => refs.filter(({ name }) => name.startsWith(prefix));
  const item = (prefix: string) => (ref: Ref) => {
    const name = ref.name.slice(prefix.length);
    return html`<li><a href="/${fullName}/tree/${name}">${name}</a> <code>${short(ref.sha)}</code></li>\n`;
  };
  return frame(
    c,
    fullName,
    html`
<p>${record.description ?? ''}</p>
<p><code>git clone ${world.html}/${fullName}.git</code></p>
<h2>Branches</h2><ul>${named('refs/heads/').map(item('refs/heads/'))}</ul>
<h2>Tags</h2><ul>${named('refs/tags/').map(item('refs/tags/'))}</ul>
<h2>README</h2><pre>${readme?.content.toString('utf8') ?? 'none'}</pre>`,
  );
}

async function commitList(c: Ctx, name: string): Promise<Response> {
  const { git, fullName } = c.var.repository;
  const start = await resolveCommit(git, name);
  if (start === undefined) return c.notFound();
  const commits = await readCommits(git, await history(git, undefined, start, ['-n', '100']));
  const items = commits.map(
    ({ sha, message, author }) =>
      html`<li><a href="/${fullName}/commit/${sha}"><code>${short(sha)}</code></a> ${message.split('\n')[0]} (${author.name}, ${author.date})</li>\n`,
  );
  return frame(c, `Commits of ${name}`, html`<ul>${items}</ul>`);
}

async function commitPage(c: Ctx): Promise<Response> {
  const { git } = c.var.repository;
  const sha = await resolveCommit(git, c.req.param('sha')!);
  const [commit] = await readCommits(git, sha === undefined ? [] : [sha]);
  if (!commit) return c.notFound();
  const { author, committer } = commit;
  return frame(
    c,
    commit.message.split('\n')[0]!,
    html`
<pre>${commit.message}</pre>
<p><code>${commit.sha}</code>, by ${author.name} on ${author.date}, committed by ${committer.name} on ${committer.date};
parents: ${commit.parents.map((parent) => html`<a href="${parent}"><code>${short(parent)}</code></a> `)}</p>
${await patches(c, commit.parents[0] ?? (await emptyTree(git)), commit.sha)}`,
  );
}

async function comparePage(c: Ctx): Promise<Response> {
  const { git } = c.var.repository;
  const [from, to] = c.req.param('range')!.split('...');
  const [base, head] = [await resolveCommit(git, from ?? ''), await resolveCommit(git, to ?? '')];
  if (base === undefined || head === undefined) return c.notFound();
  return frame(c, `${from}...${to}`, await patches(c, base, head));
}

export async function patches(c: Ctx, from: string, to: string) {
  const files = await fileChanges(c.var.repository.git, from, to);
  const shown = files.map(
    ({ path, status, additions, deletions, patch }) =>
      html`<h3>${path}</h3><p>${status}, +${additions} −${deletions}</p>${patch === undefined ? '' : html`<pre>${patch}</pre>`}`,
  );
  return html`${shown}`;
}
