import { type GraphQLError, graphql } from 'graphql';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { readBody } from '../body.ts';
import { refuse } from '../refusals.ts';
import { authenticate, githubHeaders } from '../standard-headers.ts';
import type { GithubEnv, World } from '../world.ts';
import { BOARDS } from './boards.ts';
import { DISCUSSIONS } from './discussions.ts';
import { schema } from './schema.ts';

/** GitHub's GraphQL interface, as far as the schema goes: errors come with status 200, and with a type of GitHub's own. */
export function graphqlRoutes(world: World): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .use('/graphql', githubHeaders, authenticate)
    .use(
      '/graphql',
      world.journal.faulty('github', () => 'graphql'),
    )
    .post('/graphql', async (c) => {
      if (!c.var.caller) throw refuse(401, 'This endpoint requires you to be authenticated.');
      const body = await readBody(c);
      const { variables = {} } = (await c.req.json()) as { variables?: Record<string, unknown> };
      const { data, errors } = await graphql({
        schema,
        source: body.text('query'),
        rootValue: { ...DISCUSSIONS, ...BOARDS },
        contextValue: c,
        variableValues: variables,
      });
      // A planned fault is an answer of HTTP, not one of GraphQL.
      const fault = errors?.map(({ originalError }) => originalError).find((one) => one instanceof HTTPException);
      if (fault) throw fault;
      return c.json({ ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(asGithub) } : {}) });
    });
}

function asGithub({ message, path, locations, extensions }: GraphQLError) {
  const type = extensions.type;
  return { ...(typeof type === 'string' ? { type } : {}), ...(path ? { path } : {}), locations, message };
}
