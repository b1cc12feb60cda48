/**
 * Takes from GitHub's OpenAPI document what the sandbox GitHub is judged by, into test/sandbox/fixtures/github-openapi.json.
 *
 *   npm install --prefix FOLDER @octokit/openapi@23.0.2        (385 MB, hence not a dependency)
 *   node tools/extract-github-openapi.ts FOLDER/node_modules/@octokit/openapi/generated/api.github.com.json
 *
 * Only responses' schemas are kept, without prose and examples, as JSON Schema 2020-12.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const REPOSITORY = '/repos/{owner}/{repo}';

const OPERATIONS: Record<string, string> = {
  '/app/installations/{installation_id}/access_tokens': 'post',
  '/rate_limit': 'get',
  '/search/issues': 'get',
  '/user': 'get',
  '/users/{username}': 'get',
  [REPOSITORY]: 'get',
  [`${REPOSITORY}/actions/artifacts/{artifact_id}/{archive_format}`]: 'get',
  [`${REPOSITORY}/actions/runs/{run_id}`]: 'get',
  [`${REPOSITORY}/actions/runs/{run_id}/artifacts`]: 'get',
  [`${REPOSITORY}/actions/runs/{run_id}/cancel`]: 'post',
  [`${REPOSITORY}/actions/runs/{run_id}/jobs`]: 'get',
  [`${REPOSITORY}/actions/workflows/{workflow_id}`]: 'get',
  [`${REPOSITORY}/actions/workflows/{workflow_id}/dispatches`]: 'post',
  [`${REPOSITORY}/actions/workflows/{workflow_id}/runs`]: 'get',
  [`${REPOSITORY}/branches`]: 'get',
  [`${REPOSITORY}/branches/{branch}`]: 'get',
  [`${REPOSITORY}/branches/{branch}/protection`]: 'get put delete',
  [`${REPOSITORY}/check-runs`]: 'post',
  [`${REPOSITORY}/check-runs/{check_run_id}`]: 'get patch',
  [`${REPOSITORY}/check-suites/{check_suite_id}`]: 'get',
  [`${REPOSITORY}/check-suites/{check_suite_id}/check-runs`]: 'get',
  [`${REPOSITORY}/collaborators`]: 'get',
  [`${REPOSITORY}/collaborators/{username}`]: 'get',
  [`${REPOSITORY}/collaborators/{username}/permission`]: 'get',
  [`${REPOSITORY}/commits`]: 'get',
  [`${REPOSITORY}/commits/{ref}`]: 'get',
  [`${REPOSITORY}/commits/{commit_sha}/pulls`]: 'get',
  [`${REPOSITORY}/commits/{ref}/check-runs`]: 'get',
  [`${REPOSITORY}/commits/{ref}/check-suites`]: 'get',
  [`${REPOSITORY}/commits/{ref}/status`]: 'get',
  [`${REPOSITORY}/commits/{ref}/statuses`]: 'get',
  [`${REPOSITORY}/compare/{basehead}`]: 'get',
  [`${REPOSITORY}/contents/{path}`]: 'get',
  [`${REPOSITORY}/git/blobs`]: 'post',
  [`${REPOSITORY}/git/blobs/{file_sha}`]: 'get',
  [`${REPOSITORY}/git/commits`]: 'post',
  [`${REPOSITORY}/git/commits/{commit_sha}`]: 'get',
  [`${REPOSITORY}/git/matching-refs/{ref}`]: 'get',
  [`${REPOSITORY}/git/ref/{ref}`]: 'get',
  [`${REPOSITORY}/git/refs`]: 'post',
  [`${REPOSITORY}/git/refs/{ref}`]: 'patch delete',
  [`${REPOSITORY}/git/tags`]: 'post',
  [`${REPOSITORY}/git/tags/{tag_sha}`]: 'get',
  [`${REPOSITORY}/git/trees`]: 'post',
  [`${REPOSITORY}/git/trees/{tree_sha}`]: 'get',
  [`${REPOSITORY}/hooks`]: 'get post',
  [`${REPOSITORY}/hooks/{hook_id}`]: 'get patch delete',
  [`${REPOSITORY}/hooks/{hook_id}/deliveries`]: 'get',
  [`${REPOSITORY}/hooks/{hook_id}/deliveries/{delivery_id}`]: 'get',
  [`${REPOSITORY}/hooks/{hook_id}/deliveries/{delivery_id}/attempts`]: 'post',
  [`${REPOSITORY}/hooks/{hook_id}/pings`]: 'post',
  [`${REPOSITORY}/immutable-releases`]: 'get put delete',
  [`${REPOSITORY}/installation`]: 'get',
  [`${REPOSITORY}/issues`]: 'get post',
  [`${REPOSITORY}/issues/{issue_number}`]: 'get patch',
  [`${REPOSITORY}/issues/{issue_number}/comments`]: 'get post',
  [`${REPOSITORY}/issues/comments/{comment_id}`]: 'get patch delete',
  [`${REPOSITORY}/issues/{issue_number}/labels`]: 'get post put delete',
  [`${REPOSITORY}/issues/{issue_number}/labels/{name}`]: 'delete',
  [`${REPOSITORY}/labels`]: 'get post',
  [`${REPOSITORY}/labels/{name}`]: 'get patch delete',
  [`${REPOSITORY}/milestones`]: 'get post',
  [`${REPOSITORY}/milestones/{milestone_number}`]: 'get patch delete',
  [`${REPOSITORY}/pulls`]: 'get post',
  [`${REPOSITORY}/pulls/{pull_number}`]: 'get patch',
  [`${REPOSITORY}/pulls/{pull_number}/commits`]: 'get',
  [`${REPOSITORY}/pulls/{pull_number}/files`]: 'get',
  [`${REPOSITORY}/pulls/{pull_number}/merge`]: 'get put',
  [`${REPOSITORY}/pulls/{pull_number}/requested_reviewers`]: 'get post',
  [`${REPOSITORY}/pulls/{pull_number}/reviews`]: 'get post',
  [`${REPOSITORY}/pulls/{pull_number}/reviews/{review_id}`]: 'get put delete',
  [`${REPOSITORY}/pulls/{pull_number}/reviews/{review_id}/dismissals`]: 'put',
  [`${REPOSITORY}/pulls/{pull_number}/reviews/{review_id}/events`]: 'post',
  [`${REPOSITORY}/releases`]: 'get post',
  [`${REPOSITORY}/releases/{release_id}`]: 'get patch delete',
  [`${REPOSITORY}/releases/{release_id}/assets`]: 'get post',
  [`${REPOSITORY}/releases/assets/{asset_id}`]: 'get patch delete',
  [`${REPOSITORY}/releases/generate-notes`]: 'post',
  [`${REPOSITORY}/releases/latest`]: 'get',
  [`${REPOSITORY}/releases/tags/{tag}`]: 'get',
  [`${REPOSITORY}/rules/branches/{branch}`]: 'get',
  [`${REPOSITORY}/statuses/{sha}`]: 'post',
  [`${REPOSITORY}/tags`]: 'get',
  [`${REPOSITORY}/tarball/{ref}`]: 'get',
  [`${REPOSITORY}/zipball/{ref}`]: 'get',
};

const WEBHOOKS = [
  'push',
  'pull-request-opened',
  'pull-request-closed',
  'pull-request-synchronize',
  'pull-request-review-submitted',
  'release-published',
  'issues-opened',
  'status',
  'check-run-completed',
  'workflow-run-completed',
];

type Json = Record<string, unknown>;
const PROSE = ['description', 'example', 'examples', 'title', 'externalDocs', 'default', 'deprecated'];

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('where is api.github.com.json?');
const document = JSON.parse(readFileSync(source, 'utf8')) as {
  info: { version: string };
  paths: Record<string, Record<string, { responses: Record<string, Json> }>>;
  components: { schemas: Record<string, unknown>; responses: Record<string, Json> };
};

const schemas: Record<string, unknown> = {};
const operations: Json = {};
for (const [path, methods] of Object.entries(OPERATIONS)) {
  for (const method of methods.split(' ')) {
    const operation = document.paths[path]?.[method];
    if (!operation) throw new Error(`GitHub has no ${method} ${path}`);
    const responses = Object.entries(operation.responses).map(([status, response]) => [status, schemaOf(response)]);
    operations[`${method.toUpperCase()} ${path}`] = Object.fromEntries(responses);
  }
}
for (const name of WEBHOOKS) keep(`webhook-${name}`);
keep('basic-error');
keep('validation-error');

const origin = `@octokit/openapi (MIT, see github-openapi.LICENSE), GitHub's OpenAPI ${document.info.version}`;
const target = new URL('../test/sandbox/fixtures/github-openapi.json', import.meta.url);
writeFileSync(target, `${JSON.stringify({ origin, operations, $defs: schemas })}\n`);

/** null: no content. */
function schemaOf(response: Json): unknown {
  const whole = typeof response.$ref === 'string' ? document.components.responses[nameIn(response.$ref)]! : response;
  const content = whole.content as Record<string, { schema?: unknown }> | undefined;
  const json = content?.['application/json'] ?? content?.['application/scim+json'];
  return json?.schema ? converted(json.schema) : null;
}

function keep(name: string): void {
  if (name in schemas) return;
  schemas[name] = {}; // before its own references are followed
  schemas[name] = converted(document.components.schemas[name]);
}

function converted(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(converted);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = schema as Json;
  if (typeof rest.$ref === 'string') {
    keep(nameIn(rest.$ref));
    return orNull({ $ref: `#/$defs/${nameIn(rest.$ref)}` }, nullable);
  }
  const fields = Object.entries(rest).filter(([key]) => !key.startsWith('x-') && !PROSE.includes(key));
  const plain = Object.fromEntries(fields.map(([key, value]) => [key, inner(key, value)]));
  return orNull(plain, nullable);
}

function inner(key: string, value: unknown): unknown {
  if (key === 'enum' || key === 'required' || key === 'type') return value;
  if (key !== 'properties') return converted(value);
  return Object.fromEntries(Object.entries(value as Json).map(([name, schema]) => [name, converted(schema)])); // whatever its name
}

function orNull(schema: Json, nullable: unknown): Json {
  if (nullable !== true) return schema;
  if (typeof schema.type === 'string' && schema.enum === undefined) return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

function nameIn(ref: string): string {
  return ref.split('/').at(-1)!;
}
