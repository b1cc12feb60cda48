/**
 * Takes from GitHub's GraphQL schema what the sandbox GitHub is judged by, into test/sandbox/fixtures/github-graphql.json.
 *
 *   npm install --prefix FOLDER @octokit/graphql-schema@15.26.1
 *   node tools/extract-github-graphql.ts FOLDER/node_modules/@octokit/graphql-schema/schema.graphql
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { schema } from '../src/sandbox/github/graphql/schema.ts';
import { ownTypes, shapesOf } from '../test/sandbox/github/graphql-shape.ts';

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('where is schema.graphql?');
const github = buildSchema(readFileSync(source, 'utf8'), { assumeValidSDL: true });
const ours = shapesOf(schema, ownTypes(schema));
const theirs = shapesOf(github, Object.keys(ours));

/** Of each type the fields that are answered; of unions, interfaces and enumerations all names. */
const types = Object.fromEntries(
  Object.entries(theirs).map(([name, { fields, names }]) => [
    name,
    { fields: Object.fromEntries(Object.entries(fields).filter(([field]) => field in ours[name]!.fields)), names },
  ]),
);
const origin = "@octokit/graphql-schema 15.26.1 (MIT, GitHub), GitHub's public GraphQL schema";
const target = new URL('../test/sandbox/fixtures/github-graphql.json', import.meta.url);
writeFileSync(target, `${JSON.stringify({ origin, types })}\n`);
