import { Hono } from 'hono';
import { notFound, refuse } from '../refusals.ts';
import { ownProfileShape, profileShape } from '../shapes/user.ts';
import type { GithubEnv, World } from '../world.ts';

export function userRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get('/user', (c) => {
      const { world, caller } = c.var;
      if (!caller) throw refuse(401, 'Requires authentication');
      if (caller.account.type === 'Bot') throw refuse(403, 'Resource not accessible by integration');
      return c.json(ownProfileShape(world, caller.account, owned(world, caller.account.login)));
    })
    .get('/users/:username', (c) => {
      const { world } = c.var;
      const user = world.people.find(c.req.param('username'));
      if (!user) throw notFound();
      return c.json(profileShape(world, world.people.account(user.login), owned(world, user.login)));
    });
}

function owned({ repositories }: World, login: string): number {
  return repositories.all().filter(({ record }) => record.owner.toLowerCase() === login.toLowerCase()).length;
}
