import type { Board, GitHubReads, GitHubWrites } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { ask } from './graphql.ts';
import type { Open } from './octokit.ts';

export const BOARD = `query board($owner: String!, $number: Int!, $field: String!) {
  repositoryOwner(login: $owner) {
    ... on ProjectV2Owner {
      projectV2(number: $number) {
        id
        field(name: $field) {
          __typename
          ... on ProjectV2FieldCommon { id name dataType }
          ... on ProjectV2SingleSelectField { options { id name } }
        }
      }
    }
  }
}`;

const ITEMS = `projectItems(first: 100) {
  nodes {
    id
    project { id }
    fieldValueByName(name: $field) {
      ... on ProjectV2ItemFieldSingleSelectValue { name }
      ... on ProjectV2ItemFieldTextValue { text }
    }
  }
}`;

export const ON_BOARD = `query onBoard($node: ID!, $field: String!) {
  node(id: $node) {
    ... on Issue { ${ITEMS} }
    ... on PullRequest { ${ITEMS} }
  }
}`;

export const ADD_TO_BOARD = `mutation add($board: ID!, $node: ID!) {
  addProjectV2ItemById(input: { projectId: $board, contentId: $node }) { item { id } }
}`;

export const SET_ON_BOARD = `mutation set($board: ID!, $item: ID!, $field: ID!, $value: ProjectV2FieldValue!) {
  updateProjectV2ItemFieldValue(input: { projectId: $board, itemId: $item, fieldId: $field, value: $value }) {
    projectV2Item { id }
  }
}`;

export function boardReads(open: Open): Pick<GitHubReads, 'board' | 'onBoard'> {
  return {
    async board(access, { owner, number, field }) {
      const found = await ask<FoundBoard>(open(access), BOARD, { owner, number, field });
      const board = found.repositoryOwner?.projectV2;
      if (!board)
        throw new Problem('github-refused', `${owner} has no project board ${number}, or the token may not see it`);
      const known = board.field;
      if (!known?.id) throw new Problem('github-refused', `the project board ${number} has no field ${field}`);
      if (!known.options && known.dataType !== 'TEXT')
        throw new Problem('github-refused', `the field ${field} is a ${known.dataType}: only options and text are set`);
      const options = known.options && Object.fromEntries(known.options.map((one) => [one.name, one.id]));
      return { id: board.id, field: known.name ?? field, fieldId: known.id, options: options ?? null };
    },

    async onBoard(access, { id, field }, node) {
      const found = await ask<FoundItems>(open(access), ON_BOARD, { node, field });
      const item = found.node?.projectItems?.nodes.find((one) => one.project.id === id);
      return item && { item: item.id, value: item.fieldValueByName?.name ?? item.fieldValueByName?.text ?? null };
    },
  };
}

export function boardWrites(open: Open): Pick<GitHubWrites, 'addToBoard' | 'setOnBoard'> {
  return {
    async addToBoard(access, { id }, node) {
      const added = await ask<Added>(open(access), ADD_TO_BOARD, { board: id, node });
      return added.addProjectV2ItemById.item.id;
    },

    async setOnBoard(access, { id, field, fieldId, options }, { item, value }) {
      const option = options?.[value];
      if (options && option === undefined)
        throw new Problem(
          'github-refused',
          `the field ${field} has no option ${value}; it has ${Object.keys(options).join(', ')}`,
        );
      const asked = option === undefined ? { text: value } : { singleSelectOptionId: option };
      await ask(open(access), SET_ON_BOARD, { board: id, item, field: fieldId, value: asked });
    },
  };
}

type Option = { readonly id: string; readonly name: string };

interface FoundBoard {
  readonly repositoryOwner: {
    readonly projectV2?: {
      readonly id: Board['id'];
      readonly field: {
        readonly id?: string;
        readonly name?: string;
        readonly dataType?: string;
        readonly options?: readonly Option[];
      } | null;
    } | null;
  } | null;
}

interface FoundItems {
  readonly node: {
    readonly projectItems?: {
      readonly nodes: readonly {
        readonly id: string;
        readonly project: { readonly id: string };
        readonly fieldValueByName: { readonly name?: string; readonly text?: string } | null;
      }[];
    };
  } | null;
}

interface Added {
  readonly addProjectV2ItemById: { readonly item: { readonly id: string } };
}
