import { Hono } from 'hono';
import type { App, Installation } from '../apps.ts';
import { readBody } from '../body.ts';
import { isoSeconds } from '../git/objects.ts';
import { notFound, refuse } from '../refusals.ts';
import type { Repository } from '../repository.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { userShape } from '../shapes/user.ts';
import type { GithubEnv, World } from '../world.ts';

/** What an App asks for itself, with a JWT of its own instead of a token. */
export function appRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get('/repos/:owner/:repo/installation', async (c) => {
      const { world } = c.var;
      const app = await world.apps.signedBy(c.req.header('authorization'));
      const repository = world.repositories.find(c.req.param('owner'), c.req.param('repo'));
      const installation = repository && world.apps.installationAt(app, repository);
      if (!installation) throw notFound();
      return c.json(installationShape(world, app, installation));
    })
    .post('/app/installations/:installation_id/access_tokens', async (c) => {
      const { world } = c.var;
      const app = await world.apps.signedBy(c.req.header('authorization'));
      const installation = app.installations.find(({ id }) => String(id) === c.req.param('installation_id'));
      if (!installation) throw notFound();
      if (installation.suspended) throw refuse(403, 'This installation has been suspended');
      const body = await readBody(c);
      const named = body.texts('repositories');
      const repositories = reposOf(world, installation, named);
      const permissions = body.record('permissions');
      const issued = world.apps.issue(
        world.people,
        { app, installation },
        { repositories, ...(permissions ? { permissions } : {}) },
      );
      const answer = {
        token: issued.token,
        expires_at: isoSeconds(new Date(issued.endsAt)),
        permissions: issued.permissions,
        repository_selection: named ? 'selected' : 'all',
        ...(named ? { repositories: repositories.map((one) => repositoryShape(world, one)) } : {}),
      };
      return c.json(answer, 201);
    });
}

function reposOf(world: World, installation: Installation, named: readonly string[] | undefined): Repository[] {
  const owned = world.repositories
    .all()
    .filter(({ record }) => record.owner.toLowerCase() === installation.owner.toLowerCase());
  if (named === undefined) return owned;
  return named.map((name) => {
    const found = owned.find(({ record }) => record.name.toLowerCase() === name.toLowerCase());
    if (!found)
      throw refuse(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    return found;
  });
}

function installationShape(world: World, app: App, { id, owner, permissions, suspended }: Installation) {
  const account = userShape(world, owner);
  return {
    id,
    account,
    repository_selection: 'all',
    access_tokens_url: `${world.api}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.api}/installation/repositories`,
    html_url: `${world.html}/organizations/${owner}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: { metadata: 'read', ...permissions },
    events: [],
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspended ? account : null,
    suspended_at: suspended ? '2020-01-01T00:00:00Z' : null,
  };
}
