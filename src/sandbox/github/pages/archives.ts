import { Hono } from 'hono';
import { findRepository } from '../access.ts';
import { resolveCommit } from '../git/refs.ts';
import { notFound } from '../refusals.ts';
import type { GithubEnv } from '../world.ts';

/** Source archives, where `tarball_url` and `zipball_url` lead. */
export function archiveRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .use('/_codeload/:owner/:repo/*', findRepository)
    .get('/_codeload/:owner/:repo/:format{tar\\.gz|zip}/:ref{.+}', async (c) => {
      const { git, record } = c.var.repository;
      const { format, ref } = c.req.param();
      const commit = await resolveCommit(git, ref.replace(/^refs\//, ''));
      if (commit === undefined) throw notFound();
      const name = `${record.owner}-${record.name}-${commit.slice(0, 7)}`;
      const bytes = await git.bytes(['archive', `--format=${format}`, `--prefix=${name}/`, commit]);
      return c.body(new Uint8Array(bytes), 200, {
        'content-type': format === 'zip' ? 'application/zip' : 'application/x-gzip',
        'content-disposition': `attachment; filename=${name}.${format}`,
      });
    });
}
