import { Hono } from 'hono';
import { needs, rightsOf, roleOf } from '../access.ts';
import { store } from '../change.ts';
import { pageOf } from '../paging.ts';
import { notFound } from '../refusals.ts';
import { fullRepositoryShape, permissionsShape, repositoryUrl } from '../shapes/repository.ts';
import { userShape } from '../shapes/user.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_REPOSITORY = '/repos/:owner/:repo';

export function repositoryRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT_REPOSITORY, (c) => {
      const { world, repository, caller } = c.var;
      return c.json(fullRepositoryShape(world, repository, caller ? rightsOf(world, repository, caller) : 'read'));
    })
    .get(`${AT_REPOSITORY}/collaborators`, needs('write'), (c) => {
      const { world, repository } = c.var;
      const everyone = people(c).map((login) => collaboratorShape(c, login));
      return c.json(pageOf(c, everyone, `${repositoryUrl(world, repository)}/collaborators`));
    })
    .get(`${AT_REPOSITORY}/collaborators/:username`, needs('write'), (c) => {
      const { world, repository } = c.var;
      if (roleOf(world, repository, c.req.param('username')) === undefined) throw notFound();
      return c.body(null, 204);
    })
    .get(`${AT_REPOSITORY}/collaborators/:username/permission`, needs('read'), (c) => {
      const { world } = c.var;
      const user = world.people.find(c.req.param('username'));
      if (!user) throw notFound();
      const { role_name, ...shape } = collaboratorShape(c, user.login);
      return c.json({ permission: role_name, user: { ...shape, role_name }, role_name });
    })
    .get(`${AT_REPOSITORY}/immutable-releases`, needs('admin'), (c) => {
      if (!c.var.repository.record.immutableReleases) throw notFound();
      return c.json({ enabled: true, enforced_by_owner: false });
    })
    .put(`${AT_REPOSITORY}/immutable-releases`, needs('admin'), (c) => setImmutable(c, true))
    .delete(`${AT_REPOSITORY}/immutable-releases`, needs('admin'), (c) => setImmutable(c, false));
}

async function setImmutable(c: Ctx, on: boolean): Promise<Response> {
  const { repository } = c.var;
  const action = on ? 'enable-immutable-releases' : 'disable-immutable-releases';
  await store(c, { action, target: repository.fullName }, () => () => {
    repository.record.immutableReleases = on;
  });
  return c.body(null, 204);
}

function people(c: Ctx): string[] {
  const { world, repository } = c.var;
  return world.people.logins().filter((login) => roleOf(world, repository, login) !== undefined);
}

function collaboratorShape(c: Ctx, login: string) {
  const { world, repository } = c.var;
  const role = roleOf(world, repository, login) ?? (repository.record.private ? undefined : 'read');
  return { ...userShape(world, login), permissions: permissionsShape(role), role_name: role ?? 'none' };
}
