import { Hono } from 'hono';
import { listRefs, resolveCommit } from '../git/refs.ts';
import { type Entry, readTree } from '../git/write-objects.ts';
import { pageOf } from '../paging.ts';
import { notFound, refuse } from '../refusals.ts';
import { commitUrl } from '../shapes/commit.ts';
import { contentShape } from '../shapes/content.ts';
import { base64Lines } from '../shapes/git-objects.ts';
import { nodeId } from '../shapes/node-id.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_REPOSITORY = '/repos/:owner/:repo';

/** Reading files, tags and archives of a repository without git. */
export function contentRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_REPOSITORY}/contents/:path`, async (c) => {
      const { world, repository } = c.var;
      const { git, record } = repository;
      const ref = c.req.query('ref') ?? record.defaultBranch;
      const path = c.req.param('path').replace(/^\/+|\/+$/g, '');
      const commit = await resolveCommit(git, ref);
      if (commit === undefined) throw refuse(404, `No commit found for the ref ${ref}`);
      const tree = (await readTree(git, commit, true))!;
      const entry = tree.entries.find((each) => each.path === path);
      if (!entry) throw notFound();
      if (entry.type === 'tree') {
        const inside = (each: Entry) =>
          each.path.startsWith(`${path}/`) && !each.path.slice(path.length + 1).includes('/');
        return c.json(tree.entries.filter(inside).map((each) => contentShape(world, repository, each, ref)));
      }
      const { content } = (await git.object(entry.sha))!;
      if (c.req.header('accept')?.includes('raw')) return c.body(new Uint8Array(content));
      return c.json({
        ...contentShape(world, repository, entry, ref),
        encoding: 'base64',
        content: base64Lines(content),
      });
    })
    .get(`${AT_REPOSITORY}/tags`, async (c) => {
      const { world, repository } = c.var;
      const url = repositoryUrl(world, repository);
      const tags = pageOf(c, (await listRefs(repository.git, 'refs/tags/')).reverse(), `${url}/tags`);
      const shapes = tags.map(async (ref) => {
        const name = ref.name.slice('refs/tags/'.length);
        const sha = (await resolveCommit(repository.git, ref.name.slice('refs/'.length)))!;
        return {
          name,
          zipball_url: `${url}/zipball/refs/tags/${name}`,
          tarball_url: `${url}/tarball/refs/tags/${name}`,
          commit: { sha, url: commitUrl(world, repository, sha) },
          node_id: nodeId('REF', repository.record.id, ref.name),
        };
      });
      return c.json(await Promise.all(shapes));
    })
    .get(`${AT_REPOSITORY}/tarball/:ref`, (c) => c.redirect(archiveAddress(c, 'tar.gz'), 302))
    .get(`${AT_REPOSITORY}/zipball/:ref`, (c) => c.redirect(archiveAddress(c, 'zip'), 302));
}

/** Archives are on another host of GitHub's. */
function archiveAddress({ var: { world, repository }, req }: Ctx, format: string): string {
  return `${world.html}/_codeload/${repository.fullName}/${format}/${req.param('ref')}`;
}
