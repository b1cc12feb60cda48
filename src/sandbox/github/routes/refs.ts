import { Hono } from 'hono';
import { needs } from '../access.ts';
import { readBody } from '../body.ts';
import { ruleOf } from '../branch-rules.ts';
import { store } from '../change.ts';
import { isRefName, isSha } from '../git/names.ts';
import { findRef, isAncestor, listRefs, moveRef, type Ref } from '../git/refs.ts';
import { followMoves } from '../moves.ts';
import { pageOf } from '../paging.ts';
import { notFound, refuse } from '../refusals.ts';
import { refShape } from '../shapes/git-objects.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_GIT = '/repos/:owner/:repo/git';

export function refRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_GIT}/ref/:ref`, async (c) => {
      const { world, repository } = c.var;
      const ref = await findRef(repository.git, nameOf(c));
      if (!ref) throw notFound();
      return c.json(refShape(world, repository, ref));
    })
    .get(`${AT_GIT}/matching-refs/:ref`, async (c) => {
      const { world, repository } = c.var;
      const refs = await listRefs(repository.git, nameOf(c));
      const address = `${repositoryUrl(world, repository)}/git/matching-refs/${c.req.param('ref')}`;
      return c.json(pageOf(c, refs, address).map((ref) => refShape(world, repository, ref)));
    })
    .post(`${AT_GIT}/refs`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const name = body.text('ref');
      const sha = body.text('sha');
      const ref = await store(c, what(c, 'create-ref', name, sha), async () => {
        if (!isRefName(name)) throw refuse(422, `${name} is not a valid ref name.`);
        const object = await objectFor(c, name, sha);
        if (await findRef(repository.git, name)) throw refuse(422, 'Reference already exists');
        refuseLockedTag(c, name);
        return () => move(c, { name, sha, type: object }, undefined);
      });
      return c.json(refShape(world, repository, ref), 201, { location: refShape(world, repository, ref).url });
    })
    .patch(`${AT_GIT}/refs/:ref`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const sha = body.text('sha');
      const force = body.flag('force') ?? false;
      const name = nameOf(c);
      const current = await findRef(repository.git, name);
      if (current?.sha === sha) return c.json(refShape(world, repository, current)); // up to date: no change
      const ref = await store(c, what(c, 'update-ref', name, sha), async () => {
        const old = await existing(c, name);
        const type = await objectFor(c, name, sha);
        const forward = await isAncestor(repository.git, old.sha, sha);
        if (!forward && !force) throw refuse(422, 'Update is not a fast forward');
        refuseByRule(c, name, !forward);
        return () => move(c, { name, sha, type }, old.sha);
      });
      return c.json(refShape(world, repository, ref));
    })
    .delete(`${AT_GIT}/refs/:ref`, needs('write'), async (c) => {
      const { repository } = c.var;
      const name = nameOf(c);
      await store(c, what(c, 'delete-ref', name), async () => {
        const old = await existing(c, name);
        refuseByRule(c, name, true);
        return async () => {
          if (!(await moveRef(repository.git, name, { from: old.sha, to: undefined }))) throw failed();
          await followMoves(c, [{ name, from: old.sha, to: undefined }]);
        };
      });
      return c.body(null, 204);
    });
}

function nameOf(c: Ctx): string {
  return `refs/${c.req.param('ref')}`;
}

function what(c: Ctx, action: string, name: string, digest?: string) {
  return { action, target: `${c.var.repository.fullName} ${name}`, ...(digest === undefined ? {} : { digest }) };
}

async function existing(c: Ctx, name: string): Promise<Ref> {
  const ref = await findRef(c.var.repository.git, name);
  if (!ref) throw refuse(422, 'Reference does not exist');
  return ref;
}

/** What stands under the SHA: a branch may only name a commit. */
async function objectFor(c: Ctx, name: string, sha: string): Promise<string> {
  if (!isSha(sha)) throw refuse(422, 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
  const object = await c.var.repository.git.look(sha);
  if (!object) throw refuse(422, 'Object does not exist');
  if (name.startsWith('refs/heads/') && object.type !== 'commit') throw refuse(422, 'Reference cannot be updated');
  return object.type;
}

async function move(c: Ctx, ref: Ref, from: string | undefined): Promise<Ref> {
  if (!(await moveRef(c.var.repository.git, ref.name, { from, to: ref.sha }))) throw failed();
  await followMoves(c, [{ name: ref.name, from, to: ref.sha }]);
  return ref;
}

function refuseByRule(c: Ctx, name: string, destructive: boolean): void {
  refuseLockedTag(c, name);
  if (!name.startsWith('refs/heads/')) return;
  const rule = ruleOf(c.var.repository.record, name.slice('refs/heads/'.length));
  if (rule?.pullRequest || (rule && destructive)) {
    const reason = rule.pullRequest
      ? 'Changes must be made through a pull request.'
      : 'Cannot force-push or delete this branch';
    throw refuse(422, rule.kind === 'ruleset' ? `Repository rule violations found\n\n${reason}\n\n` : reason);
  }
}

function refuseLockedTag(c: Ctx, name: string): void {
  const locked = c.var.repository.record.lockedTags.some((tag) => name === `refs/tags/${tag}`);
  if (locked)
    throw refuse(422, 'Repository rule violations found\n\nCannot change the tag of an immutable release.\n\n');
}

function failed() {
  return refuse(422, 'Reference update failed');
}
