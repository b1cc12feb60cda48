import { GraphQLError } from 'graphql';
import { rightsOf, roleOf } from '../access.ts';
import { store } from '../change.ts';
import { isoSeconds } from '../git/objects.ts';
import { atLeast } from '../people.ts';
import type { BoardItemRecord, BoardRecord, DiscussionRecord, IssueRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import { nodeId } from '../shapes/node-id.ts';
import { repositoryPage } from '../shapes/repository.ts';
import type { Ctx } from '../world.ts';

const CATEGORIES = ['Announcements', 'General', 'Ideas', 'Q&A'];

type Args<T> = (args: T, c: Ctx) => unknown;
type Input<T> = { input: T & { clientMutationId?: string } };
type FieldValue = { text?: string; singleSelectOptionId?: string };

function refused(type: 'NOT_FOUND' | 'FORBIDDEN' | 'UNPROCESSABLE', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

function unresolved(id: string): GraphQLError {
  return refused('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** Repositories that the caller may see. */
function seen({ var: { world, caller } }: Ctx): Repository[] {
  return world.repositories.all().filter((one) => rightsOf(world, one, caller) !== undefined);
}

function mayWrite(c: Ctx, repository: Repository): void {
  c.set('repository', repository);
  if (!atLeast(rightsOf(c.var.world, repository, c.var.caller), 'write'))
    throw refused('FORBIDDEN', 'Resource not accessible by personal access token');
}

/** The roots of what may be asked, each with the shape that the schema promises. */
export const ROOT = {
  node: (({ id }, c) => {
    for (const repository of seen(c)) {
      const issue = issueOf(repository, id);
      if (issue) return issueAnswer(c, issue);
    }
    throw unresolved(id);
  }) satisfies Args<{ id: string }>,

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

  repositoryOwner: (({ login }, c) => {
    const owned = seen(c).filter((one) => one.record.owner.toLowerCase() === login.toLowerCase());
    if (owned.length === 0 && !c.var.world.people.find(login)) return null;
    return {
      __typename: c.var.world.people.find(login) ? 'User' : 'Organization',
      login,
      projectV2({ number }: { number: number }) {
        const found = owned.flatMap(boardsOf).find((one) => one.number === number);
        if (!found) throw refused('NOT_FOUND', `Could not resolve to a ProjectV2 with the number ${number}.`);
        return boardAnswer(found);
      },
    };
  }) satisfies Args<{ login: string }>,

  createDiscussion: (async ({ input }, c) => {
    const repository = seen(c).find((one) => nodeId('R', one.record.id) === input.repositoryId);
    if (!repository) throw unresolved(input.repositoryId);
    c.set('repository', repository);
    if (!atLeast(c.var.caller?.scope, 'write') || !roleOf(c.var.world, repository, c.var.caller!.account.login))
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

  addProjectV2ItemById: (async ({ input }, c) => {
    const { repository, board } = namedBoard(c, input.projectId);
    mayWrite(c, repository);
    const issue = seen(c).flatMap((one) => issueOf(one, input.contentId) ?? [])[0];
    if (!issue) throw unresolved(input.contentId);
    const there = board.items.find((one) => one.issue === issue.id);
    const target = `${repository.fullName} ${board.title} #${issue.number}`;
    const item =
      there ??
      (await store(c, { action: 'add-to-board', target }, () => () => {
        const added: BoardItemRecord = { id: repository.newId(), issue: issue.id, values: {} };
        board.items.push(added);
        return added;
      }));
    return { item: itemAnswer(board, item), clientMutationId: input.clientMutationId };
  }) satisfies Args<Input<{ projectId: string; contentId: string }>>,

  updateProjectV2ItemFieldValue: (async ({ input }, c) => {
    const { repository, board } = namedBoard(c, input.projectId);
    mayWrite(c, repository);
    const item = board.items.find((one) => nodeId('PVTI', one.id) === input.itemId);
    const field = board.fields.find((one) => nodeId('PVTF', one.id) === input.fieldId);
    if (!item || !field) throw unresolved(item ? input.fieldId : input.itemId);
    const { text, singleSelectOptionId: option } = input.value;
    const value = field.options ? field.options.find((one) => one.id === option)?.name : text;
    if (value === undefined)
      throw refused(
        'UNPROCESSABLE',
        field.options
          ? 'The single select option Id does not belong to the field'
          : 'Did not receive a text value to update',
      );
    const issue = issueNumber(c, item.issue);
    const target = `${repository.fullName} ${board.title} #${issue} ${field.name}`;
    await store(c, { action: 'set-on-board', target }, () => () => {
      item.values[field.name] = value;
    });
    return { projectV2Item: itemAnswer(board, item), clientMutationId: input.clientMutationId };
  }) satisfies Args<Input<{ projectId: string; itemId: string; fieldId: string; value: FieldValue }>>,
};

function issueOf({ record }: Repository, id: string): IssueRecord | undefined {
  return record.issues.find((one) => nodeId('I', one.id) === id || (one.pull && nodeId('PR', one.pull.id) === id));
}

function issueNumber(c: Ctx, id: number): number | undefined {
  return seen(c)
    .flatMap(({ record }) => record.issues)
    .find((one) => one.id === id)?.number;
}

function issueAnswer(c: Ctx, issue: IssueRecord) {
  const on = seen(c)
    .flatMap(boardsOf)
    .flatMap((board) => board.items.filter((one) => one.issue === issue.id).map((item) => itemAnswer(board, item)));
  return {
    __typename: issue.pull ? 'PullRequest' : 'Issue',
    id: nodeId(issue.pull ? 'PR' : 'I', issue.pull?.id ?? issue.id),
    number: issue.number,
    projectItems: { nodes: on },
  };
}

function boardsOf({ record }: Repository): BoardRecord[] {
  return record.boards ?? [];
}

function namedBoard(c: Ctx, id: string): { repository: Repository; board: BoardRecord } {
  for (const repository of seen(c)) {
    const board = boardsOf(repository).find((one) => nodeId('PVT', one.id) === id);
    if (board) return { repository, board };
  }
  throw unresolved(id);
}

function boardAnswer(board: BoardRecord) {
  return {
    __typename: 'ProjectV2',
    id: nodeId('PVT', board.id),
    number: board.number,
    title: board.title,
    field({ name }: { name: string }) {
      const field = board.fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (!field) return null;
      const common = { id: nodeId('PVTF', field.id), name: field.name };
      return field.options
        ? { ...common, __typename: 'ProjectV2SingleSelectField', dataType: 'SINGLE_SELECT', options: field.options }
        : { ...common, __typename: 'ProjectV2Field', dataType: 'TEXT' };
    },
  };
}

function itemAnswer(board: BoardRecord, item: BoardItemRecord) {
  return {
    __typename: 'ProjectV2Item',
    id: nodeId('PVTI', item.id),
    project: boardAnswer(board),
    fieldValueByName({ name }: { name: string }) {
      const field = board.fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
      const value = field && item.values[field.name];
      if (!field || value === undefined) return null;
      return field.options
        ? { __typename: 'ProjectV2ItemFieldSingleSelectValue', name: value }
        : { __typename: 'ProjectV2ItemFieldTextValue', text: value };
    },
  };
}

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
