import { Hono } from 'hono';
import { needs } from '../access.ts';
import { type Body, readBody } from '../body.ts';
import { store } from '../change.ts';
import { writeCommit } from '../git/merge.ts';
import { isSha, isTagName } from '../git/names.ts';
import { isoSeconds, parseCommit, parseTag } from '../git/objects.ts';
import { resolveCommit } from '../git/refs.ts';
import { readTree, writeBlob, writeTag, writeTree } from '../git/write-objects.ts';
import { notFound, refuse } from '../refusals.ts';
import { blobShape, gitCommitShape, gitTagShape, objectUrl, type TreeEntry, treeShape } from '../shapes/git-objects.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_GIT = '/repos/:owner/:repo/git';

export function gitObjectRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_GIT}/blobs/:sha`, async (c) =>
      c.json(blobShape(c.var.world, c.var.repository, await object(c, c.req.param('sha'), 'blob'))),
    )
    .post(`${AT_GIT}/blobs`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const encoding = body.choice('encoding', ['utf-8', 'base64']) ?? 'utf-8';
      const content = Buffer.from(body.text('content'), encoding);
      const sha = await store(c, what(c, 'create-blob'), () => () => writeBlob(repository.git, content));
      return c.json({ sha, url: objectUrl(world, repository, 'blob', sha) }, 201);
    })
    .get(`${AT_GIT}/trees/:sha`, async (c) => {
      const { world, repository } = c.var;
      const asked = c.req.param('sha');
      const root = isSha(asked) ? asked : await resolveCommit(repository.git, asked);
      const tree = root && (await readTree(repository.git, root, c.req.query('recursive') !== undefined));
      if (!tree) throw notFound();
      return c.json(treeShape(world, repository, tree.sha, tree.entries));
    })
    .post(`${AT_GIT}/trees`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const base = body.maybeText('base_tree');
      const entries = (body.list('tree') ?? []).map(treeEntry);
      const sha = await store(c, what(c, 'create-tree'), async () => {
        if (base !== undefined) await object(c, base, 'tree', 422);
        return () => writeTree(repository.git, base, entries);
      });
      const tree = (await readTree(repository.git, sha, false))!;
      return c.json(treeShape(world, repository, sha, tree.entries), 201);
    })
    .get(`${AT_GIT}/commits/:sha`, async (c) => {
      const { world, repository } = c.var;
      return c.json(gitCommitShape(world, repository, parseCommit(await object(c, c.req.param('sha'), 'commit'))));
    })
    .post(`${AT_GIT}/commits`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const author = identity(c, body.object('author'));
      const commit = {
        tree: body.text('tree'),
        parents: body.texts('parents') ?? [],
        message: body.text('message'),
        author,
        committer: body.has('committer') ? identity(c, body.object('committer')) : author,
      };
      const sha = await store(c, what(c, 'create-commit'), async () => {
        await object(c, commit.tree, 'tree', 422);
        for (const parent of commit.parents) await object(c, parent, 'commit', 422);
        return () => writeCommit(repository.git, commit);
      });
      return c.json(gitCommitShape(world, repository, parseCommit(await object(c, sha, 'commit'))), 201);
    })
    .get(`${AT_GIT}/tags/:sha`, async (c) => {
      const { world, repository } = c.var;
      return c.json(gitTagShape(world, repository, parseTag(await object(c, c.req.param('sha'), 'tag'))));
    })
    .post(`${AT_GIT}/tags`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const tag = {
        tag: body.text('tag'),
        message: body.text('message'),
        object: body.text('object'),
        type: body.choice('type', ['commit', 'tree', 'blob']) ?? 'commit',
        tagger: identity(c, body.object('tagger')),
      };
      const sha = await store(c, what(c, 'create-tag-object', tag.tag), async () => {
        if (!isTagName(tag.tag)) throw refuse(422, `${tag.tag} is not a valid tag name.`);
        await object(c, tag.object, tag.type, 422);
        return () => writeTag(repository.git, tag);
      });
      return c.json(gitTagShape(world, repository, parseTag(await object(c, sha, 'tag'))), 201);
    });
}

function what(c: Ctx, action: string, name?: string) {
  return { action, target: name === undefined ? c.var.repository.fullName : `${c.var.repository.fullName} ${name}` };
}

async function object(c: Ctx, sha: string, type: string, status: 404 | 422 = 404) {
  const found = isSha(sha) ? await c.var.repository.git.object(sha) : undefined;
  if (found?.type !== type) throw status === 404 ? notFound() : refuse(422, `${sha} is not a valid ${type} sha`);
  return found;
}

function identity(c: Ctx, body: Body | undefined) {
  const { name, email } = c.var.caller!.account;
  const date = body?.maybeText('date');
  if (date !== undefined && Number.isNaN(Date.parse(date))) throw refuse(422, `${date} is not a valid date.`);
  return {
    name: body?.text('name') ?? name,
    email: body?.text('email') ?? email,
    date: isoSeconds(date === undefined ? new Date() : new Date(date)),
  };
}

function treeEntry(body: Body): Omit<TreeEntry, 'sha'> & { sha: string | null; content?: string } {
  const content = body.maybeText('content');
  const sha = body.maybeText('sha') ?? null;
  const path = body.text('path');
  if (/(^|\/)(\.{0,2}|\.git)(\/|$)/i.test(path)) throw refuse(422, `tree.path contains a malformed path component`);
  if (sha !== null && !isSha(sha)) throw refuse(422, `tree.sha ${sha} is not a valid sha`);
  return {
    path,
    mode: body.choice('mode', ['100644', '100755', '040000', '160000', '120000']) ?? '100644',
    type: body.choice('type', ['blob', 'tree', 'commit']) ?? 'blob',
    sha,
    ...(content === undefined ? {} : { content }),
  };
}
