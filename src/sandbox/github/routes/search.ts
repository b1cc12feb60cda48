import { Hono } from 'hono';
import { rightsOf } from '../access.ts';
import { type FoundIssue, issueMatches, parseSearch } from '../issue-search.ts';
import { pageOf } from '../paging.ts';
import { invalid } from '../refusals.ts';
import { wholeIssueShape } from '../shapes/issue.ts';
import type { GithubEnv } from '../world.ts';

export function searchRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>().get('/search/issues', (c) => {
    const { world, caller } = c.var;
    const query = c.req.query('q');
    if (!query?.trim()) throw invalid({ resource: 'Search', field: 'q', code: 'missing' });
    const terms = parseSearch(query);
    const found: FoundIssue[] = world.repositories
      .all()
      .filter((repository) => rightsOf(world, repository, caller) !== undefined)
      .flatMap((repository) => repository.record.issues.map((issue) => ({ repository, issue })))
      .filter((each) => issueMatches(each, terms));
    found.sort((a, b) => b.issue.createdAt.localeCompare(a.issue.createdAt) || b.issue.number - a.issue.number);
    if (c.req.query('order') === 'asc') found.reverse();
    const items = pageOf(c, found, `${world.api}/search/issues`).map(({ repository, issue }) => ({
      ...wholeIssueShape(world, repository, issue),
      score: 1,
    }));
    return c.json({ total_count: found.length, incomplete_results: false, search_type: 'lexical', items });
  });
}
