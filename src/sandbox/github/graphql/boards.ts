import { store } from '../change.ts';
import type { BoardItemRecord, BoardRecord, IssueRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import { nodeId } from '../shapes/node-id.ts';
import type { Ctx } from '../world.ts';
import { type Args, assertMayWrite, type Input, refused, seen, unresolved } from './asked.ts';

type FieldValue = { text?: string; singleSelectOptionId?: string };

/** Project boards (Projects v2), and the issues and pull requests on them. */
export const BOARDS = {
  node: (({ id }, c) => {
    for (const repository of seen(c)) {
      const issue = issueOf(repository, id);
      if (issue) return issueAnswer(c, issue);
    }
    throw unresolved(id);
  }) satisfies Args<{ id: string }>,

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

  addProjectV2ItemById: (async ({ input }, c) => {
    const { repository, board } = namedBoard(c, input.projectId);
    assertMayWrite(c, repository);
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
    assertMayWrite(c, repository);
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
