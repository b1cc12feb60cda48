import { Hono } from 'hono';
import { emptyTree, fileChanges } from '../git/diff.ts';
import { type Commit, readCommit, readCommits } from '../git/objects.ts';
import { history, mergeBase, resolveCommit } from '../git/refs.ts';
import { pageOf } from '../paging.ts';
import { commitsOf } from '../pull-commits.ts';
import { notFound, refuse } from '../refusals.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';
import { pullShape } from '../shapes/pull.ts';
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_REPOSITORY = '/repos/:owner/:repo';

export function commitRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_REPOSITORY}/commits`, async (c) => {
      const { world, repository } = c.var;
      const start = await resolveCommit(repository.git, c.req.query('sha') ?? repository.record.defaultBranch);
      if (start === undefined) throw notFound();
      const shas = await history(repository.git, undefined, start, limits(c));
      const page = pageOf(c, shas, `${repositoryUrl(world, repository)}/commits`);
      const commits = await readCommits(repository.git, page);
      return c.json(commits.map((commit) => commitShape(world, repository, commit)));
    })
    .get(`${AT_REPOSITORY}/commits/:ref`, async (c) => {
      const { world, repository } = c.var;
      const commit = await namedCommit(c, c.req.param('ref'));
      const files = await fileChanges(
        repository.git,
        commit.parents[0] ?? (await emptyTree(repository.git)),
        commit.sha,
      );
      const additions = files.reduce((sum, file) => sum + file.additions, 0);
      const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
      return c.json({
        ...commitShape(world, repository, commit),
        stats: { total: additions + deletions, additions, deletions },
        files: files.map((file) => fileShape(world, repository, file, commit.sha)),
      });
    })
    .get(`${AT_REPOSITORY}/commits/:ref/pulls`, async (c) => {
      const { world, repository } = c.var;
      const { sha } = await namedCommit(c, c.req.param('ref'));
      const pulls = [];
      for (const issue of repository.pulls().reverse()) {
        const brought = await commitsOf(repository, issue);
        if (brought.has(sha)) pulls.push(pullShape(world, repository, issue, null));
      }
      return c.json(pageOf(c, pulls, `${repositoryUrl(world, repository)}/commits/${sha}/pulls`));
    })
    .get(`${AT_REPOSITORY}/compare/:basehead`, async (c) => {
      const [base, head, ...more] = c.req.param('basehead').split('...');
      if (base === undefined || head === undefined || more.length > 0) throw notFound();
      return c.json(await comparison(c, withoutOwner(c, base), withoutOwner(c, head)));
    });
}

async function comparison(c: Ctx, baseName: string, headName: string) {
  const { world, repository } = c.var;
  const { git } = repository;
  const base = await namedCommit(c, baseName, 404);
  const head = await namedCommit(c, headName, 404);
  const common = await mergeBase(git, base.sha, head.sha);
  if (common === undefined) throw refuse(404, `No common ancestor between ${baseName} and ${headName}.`);
  const ahead = (await history(git, base.sha, head.sha)).reverse();
  const behind = await history(git, head.sha, base.sha);
  const api = `${repositoryUrl(world, repository)}/compare/${encodeURIComponent(`${baseName}...${headName}`)}`;
  const page = `${repositoryPage(world, repository)}/compare/${baseName}...${headName}`;
  const files = await fileChanges(git, common, head.sha);
  const commits = await readCommits(git, pageOf(c, ahead, api));
  const diverged = behind.length > 0 ? 'diverged' : 'ahead';
  return {
    url: api,
    html_url: page,
    permalink_url: `${repositoryPage(world, repository)}/compare/${base.sha}...${head.sha}`,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: commitShape(world, repository, base),
    merge_base_commit: commitShape(world, repository, (await readCommit(git, common))!),
    status: ahead.length > 0 ? diverged : behind.length > 0 ? 'behind' : 'identical',
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: commits.map((commit) => commitShape(world, repository, commit)),
    files: files.map((file) => fileShape(world, repository, file, head.sha)),
  };
}

export async function namedCommit(c: Ctx, name: string, status: 404 | 422 = 422): Promise<Commit> {
  const sha = await resolveCommit(c.var.repository.git, name);
  const commit = sha && (await readCommit(c.var.repository.git, sha));
  if (!commit) throw status === 404 ? notFound() : refuse(422, `No commit found for SHA: ${name}`);
  return commit;
}

function withoutOwner(c: Ctx, name: string): string {
  const prefix = `${c.var.repository.record.owner}:`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function limits(c: Ctx): string[] {
  const { since, until, author } = c.req.query();
  return [
    ...(since ? [`--since=${since}`] : []),
    ...(until ? [`--until=${until}`] : []),
    ...(author ? [`--author=${c.var.world.people.find(author)?.email ?? author}`] : []),
  ];
}
