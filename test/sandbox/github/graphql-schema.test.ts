import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { ADD_TO_BOARD, BOARD, ON_BOARD, SET_ON_BOARD } from '../../../src/clients/github/boards.ts';
import { CATEGORIES, CREATE_DISCUSSION, DISCUSSIONS } from '../../../src/clients/github/discussions.ts';
import { schema } from '../../../src/sandbox/github/graphql/schema.ts';
import { ownTypes, shapesOf, type TypeShape } from './graphql-shape.ts';

const github = JSON.parse(readFileSync(new URL('../fixtures/github-graphql.json', import.meta.url), 'utf8')) as {
  types: Record<string, TypeShape>;
};
const ours = shapesOf(schema, ownTypes(schema));

test.each(Object.keys(ours))("the sandbox's %s is GitHub's, as far as it goes", (name) => {
  const theirs = github.types[name]!;
  const { fields, names } = ours[name]!;
  expect(names.filter((one) => !theirs.names.includes(one))).toEqual([]);
  for (const [field, { type, args }] of Object.entries(fields)) {
    expect([field, theirs.fields[field]?.type]).toEqual([field, type]);
    expect(theirs.fields[field]?.args).toMatchObject(args);
  }
});

test.each([CATEGORIES, DISCUSSIONS, CREATE_DISCUSSION, BOARD, ON_BOARD, ADD_TO_BOARD, SET_ON_BOARD])(
  'what is asked of GitHub fits its schema: %s',
  (query) => {
    expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
  },
);
