import { GraphQLError } from 'graphql';
import { roleOf } from '../access.ts';
import { store } from '../change.ts';
import { isoSeconds } from '../git/objects.ts';
import { atLeast } from '../people.ts';
import type { DiscussionRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import { nodeId } from '../shapes/node-id.ts';
import { repositoryPage } from '../shapes/repository.ts';
import type { Ctx } from '../world.ts';
import { type Args, assertPermitted, type Input, refused, seen, unresolved } from './asked.ts';

const CATEGORIES = ['Announcements', 'General', 'Ideas', 'Q&A'];

export const DISCUSSIONS = {
  repository: (({ owner, name }, c) => {
    const repository = seen(c).find((one) => one.fullName.toLowerCase() === `${owner}/${name}`.toLowerCase());
    if (!repository) throw refused('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    return {
      __typename: 'Repository',
      id: nodeId('R', repository.record.id),
      discussionCategories: { nodes: CATEGORIES.map((one) => ({ id: categoryId(repository, one), name: one })) },
      discussions: (page: PageArgs) => discussionsAnswer(c, repository, page),
    };
  }) satisfies Args<{ owner: string; name: string }>,

  createDiscussion: (async ({ input }, c) => {
    const repository = seen(c).find((one) => nodeId('R', one.record.id) === input.repositoryId);
    if (!repository) throw unresolved(input.repositoryId);
    c.set('repository', repository);
    assertPermitted(c, 'discussions');
    const own = c.var.caller?.installation !== undefined;
    if (
      !own &&
      (!atLeast(c.var.caller?.scope, 'write') || !roleOf(c.var.world, repository, c.var.caller!.account.login))
    )
      throw refused('FORBIDDEN', 'Resource not accessible by personal access token');
    const category = CATEGORIES.find((one) => categoryId(repository, one) === input.categoryId);
    if (category === undefined) throw unresolved(input.categoryId);
    const target = `${repository.fullName} ${input.title}`;
    const made = await store(c, { action: 'create-discussion', target }, () => () => {
      const discussion: DiscussionRecord = {
        ...{ id: repository.newId(), number: repository.newNumber(), category },
        ...{ title: input.title, body: input.body, author: c.var.caller!.account.login },
        createdAt: isoSeconds(new Date()),
      };
      repository.record.discussions = [...(repository.record.discussions ?? []), discussion];
      return discussion;
    });
    return { discussion: discussionAnswer(c, repository, made), clientMutationId: input.clientMutationId };
  }) satisfies Args<Input<{ repositoryId: string; categoryId: string; title: string; body: string }>>,
};

interface PageArgs {
  first?: number;
  after?: string;
  categoryId?: string;
  orderBy?: { field: 'CREATED_AT' | 'UPDATED_AT'; direction: 'ASC' | 'DESC' };
}

function discussionsAnswer(c: Ctx, repository: Repository, { first, after, categoryId: wanted, orderBy }: PageArgs) {
  if (first === undefined)
    throw new GraphQLError(
      'You must provide a `first` or `last` value to properly paginate the `discussions` connection.',
    );
  const all = (repository.record.discussions ?? []).filter(
    ({ category }) => wanted === undefined || categoryId(repository, category) === wanted,
  );
  const ordered = orderBy?.direction === 'ASC' ? all : all.toReversed();
  const from = after === undefined || after === null ? 0 : ordered.findIndex(({ id }) => String(id) === after) + 1;
  const page = ordered.slice(from, from + Math.min(first, 100));
  return {
    nodes: page.map((one) => discussionAnswer(c, repository, one)),
    totalCount: all.length,
    pageInfo: {
      hasNextPage: from + page.length < ordered.length,
      endCursor: page.at(-1) ? String(page.at(-1)!.id) : null,
    },
  };
}

function discussionAnswer({ var: { world } }: Ctx, repository: Repository, one: DiscussionRecord) {
  const url = `${repositoryPage(world, repository)}/discussions/${one.number}`;
  return { ...one, __typename: 'Discussion', id: nodeId('D', one.id), url };
}

function categoryId({ record }: Repository, name: string): string {
  return nodeId('DIC', record.id, name);
}
