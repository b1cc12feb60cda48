import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type Context, Hono } from 'hono';
import { rightsOf } from './access.ts';
import { type BackendRequest, gitBackend } from './git/backend.ts';
import { atLeast } from './people.ts';
import { receivePush } from './push.ts';
import type { Repository } from './repository.ts';
import type { GithubEnv, World } from './world.ts';

type GitCtx = Context<GithubEnv>;

/** git's smart HTTP under `/<owner>/<repo>.git` (with or without `.git`, as on GitHub). */
export function gitRoutes(world: World): Hono<GithubEnv> {
  const { journal } = world;
  return new Hono<GithubEnv>()
    .use(journal.faulty('git', (c) => actionOf(c.req.path, c.req.query('service'))))
    .get('/:owner/:repo/info/refs', async (c) => {
      const service = c.req.query('service');
      if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return c.text('Please upgrade git.', 403);
      const entry = admit(world, c, service === 'git-receive-pack');
      return entry instanceof Response ? entry : stream(c, entry, '/info/refs', undefined);
    })
    .post('/:owner/:repo/git-upload-pack', async (c) => {
      const entry = admit(world, c, false);
      const body = c.req.raw.body;
      if (entry instanceof Response) return entry;
      return stream(c, entry, '/git-upload-pack', body ? Readable.fromWeb(body as ReadableStream) : undefined);
    })
    .post('/:owner/:repo/git-receive-pack', async (c) => {
      const entry = admit(world, c, true);
      if (entry instanceof Response) return entry;
      c.set('repository', entry);
      c.set('world', world);
      return receivePush(c, (body, env) => backendRequest(c, entry, '/git-receive-pack', body, env));
    });
}

function actionOf(path: string, service: string | undefined): string | undefined {
  if (path.endsWith('/git-upload-pack') || service === 'git-upload-pack') return 'fetch';
  return service === 'git-receive-pack' ? 'announce-push' : undefined;
}

/** The repository, or why this caller does not get it. */
function admit(world: World, c: GitCtx, writing: boolean): Repository | Response {
  const caller = world.people.caller(c.req.header('authorization'));
  const ask = () => c.text('Authentication required.', 401, { 'www-authenticate': 'Basic realm="GitHub"' });
  if (caller === undefined) return ask();
  const repository = world.repositories.find(c.req.param('owner')!, c.req.param('repo')!.replace(/\.git$/, ''));
  const rights = repository && rightsOf(world, repository, caller);
  if (!repository || rights === undefined) return caller ? c.text('Repository not found.', 404) : ask();
  if (writing && !caller) return ask();
  if (writing && !atLeast(rights, 'write')) {
    return c.text(`Permission to ${repository.fullName}.git denied to ${caller!.account.login}.`, 403);
  }
  c.set('caller', caller);
  return repository;
}

function backendRequest(
  c: GitCtx,
  repository: Repository,
  path: string,
  body: BackendRequest['body'],
  env: Record<string, string> = {},
): BackendRequest {
  return {
    root: dirname(repository.git.path),
    path: `/repository.git${path}`,
    method: c.req.method,
    query: new URL(c.req.url).search.slice(1),
    contentType: c.req.header('content-type') ?? '',
    contentEncoding: c.req.header('content-encoding'),
    protocol: c.req.header('git-protocol'),
    user: c.var.caller?.account.login,
    body,
    env,
  };
}

async function stream(c: GitCtx, repository: Repository, path: string, body: Readable | undefined): Promise<Response> {
  const answer = await gitBackend(backendRequest(c, repository, path, body));
  const readable = Readable.from(answer.body).once('close', () => answer.stop());
  return new Response(Readable.toWeb(readable) as globalThis.ReadableStream, answer);
}
