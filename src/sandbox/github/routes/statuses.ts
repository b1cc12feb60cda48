import { Hono } from 'hono';
import { needs } from '../access.ts';
import { readBody } from '../body.ts';
import { store } from '../change.ts';
import { combinedState, newestStatuses } from '../commit-checks.ts';
import { happened } from '../events.ts';
import { isoSeconds } from '../git/objects.ts';
import { pageOf } from '../paging.ts';
import type { StatusRecord } from '../record.ts';
import { commitShape, commitUrl } from '../shapes/commit.ts';
import { minimalRepositoryShape } from '../shapes/repository.ts';
import { simpleStatusShape, statusShape } from '../shapes/status.ts';
import type { GithubEnv } from '../world.ts';
import { namedCommit } from './commits.ts';

const AT_REPOSITORY = '/repos/:owner/:repo';

export function statusRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_REPOSITORY}/commits/:ref/status`, async (c) => {
      const { world, repository } = c.var;
      const { sha } = await namedCommit(c, c.req.param('ref'));
      const statuses = newestStatuses(repository.record, sha);
      const url = commitUrl(world, repository, sha);
      return c.json({
        state: combinedState(statuses),
        statuses: pageOf(c, statuses, `${url}/status`).map((status) => simpleStatusShape(world, repository, status)),
        sha,
        total_count: statuses.length,
        repository: minimalRepositoryShape(world, repository),
        commit_url: url,
        url: `${url}/status`,
      });
    })
    .get(`${AT_REPOSITORY}/commits/:ref/statuses`, async (c) => {
      const { world, repository } = c.var;
      const { sha } = await namedCommit(c, c.req.param('ref'));
      const statuses = repository.record.statuses.filter((status) => status.sha === sha).reverse();
      const page = pageOf(c, statuses, `${commitUrl(world, repository, sha)}/statuses`);
      return c.json(page.map((status) => statusShape(world, repository, status)));
    })
    .post(`${AT_REPOSITORY}/statuses/:sha`, needs('write'), async (c) => {
      const { world, repository, caller } = c.var;
      const body = await readBody(c);
      const context = body.maybeText('context') ?? 'default';
      const state = body.choice('state', ['error', 'failure', 'pending', 'success']);
      if (state === undefined) body.text('state');
      const commit = await namedCommit(c, c.req.param('sha'));
      const target = `${repository.fullName} ${commit.sha} ${context}`;
      const status = await store(c, { action: 'create-status', target }, () => () => {
        const created: StatusRecord = {
          id: repository.newId(),
          sha: commit.sha,
          state: state!,
          context,
          description: body.maybeText('description') ?? null,
          targetUrl: body.maybeText('target_url') ?? null,
          creator: caller!.account.login,
          createdAt: isoSeconds(new Date()),
        };
        repository.record.statuses.push(created);
        happened(c, 'status', null, {
          ...simpleStatusShape(world, repository, created),
          name: repository.fullName,
          sha: commit.sha,
          branches: [],
          commit: commitShape(world, repository, commit),
        });
        return created;
      });
      return c.json(statusShape(world, repository, status), 201);
    });
}
