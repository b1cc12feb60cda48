import { html } from 'hono/html';
import { problemCatalogue } from '../problems.ts';
import type { Document } from './document.ts';
import type { JsonSchema } from './json-schema.ts';
import { fieldsTable, typeOf } from './page-fields.ts';

type Html = ReturnType<typeof html>;

interface Described {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters: readonly {
    name: string;
    in: string;
    required: boolean;
    description?: string;
    schema: JsonSchema;
  }[];
  readonly requestBody?: { content: Record<string, { schema: JsonSchema; example?: object }> };
  readonly responses: Record<string, DescribedAnswer>;
}

interface DescribedAnswer {
  readonly description: string;
  readonly content?: Record<string, { readonly schema?: JsonSchema }>;
}

/** The whole contract on one page, which needs no script. */
export function docsPage(document: Document): Html {
  const operations = operationsOf(document);
  const groups = document.tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ tags }) => tags.includes(tag.name)),
  }));
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Slipway API</title>
    <link rel="stylesheet" href="/assets/docs.css">
  </head>
  <body>
    <a class="skip" href="#content">Skip to the content</a>
    <nav aria-label="Contents">
      <p class="brand"><a href="#top">Slipway API</a></p>
      <ul>
        ${groups.map(
          (group) => html`<li><a href="#${group.name}">${titleOf(group.name)}</a>
          <ul>${group.operations.map((one) => html`<li><a href="#${one.operationId}">${one.summary}</a></li>`)}</ul></li>`,
        )}
        <li><a href="#schemas">Schemas</a></li>
        <li><a href="#problems">Problems</a></li>
      </ul>
    </nav>
    <main id="content" tabindex="-1">
      <h1 id="top">Slipway API</h1>
      ${introduction()}
      ${groups.map(
        (group) => html`<section aria-labelledby="${group.name}">
        <h2 id="${group.name}">${titleOf(group.name)}</h2>
        <p>${group.description}</p>
        ${group.operations.map(operationPart)}
      </section>`,
      )}
      <section aria-labelledby="schemas">
        <h2 id="schemas">Schemas</h2>
        ${Object.entries(document.components.schemas).map(([name, schema]) => schemaPart(name, schema))}
      </section>
      ${problemsPart()}
    </main>
  </body>
</html>`;
}

function introduction(): Html {
  return html`<p>JSON in and out. The same contract for programs: <a href="/openapi.json">OpenAPI 3.1</a>.</p>
<p>Send <code>Authorization: Bearer</code> with your token. Where something is refused, the answer is a
  <a href="#problems">problem</a> with a code, what happened, and what you can do.</p>
<p>Ids are <code>release:&lt;project&gt;:&lt;version&gt;</code>, <code>hotfix:…</code>, <code>rollback:…</code> and, for a dry
  run, <code>plan:…</code>; colons may be written as they are. A request with an <code>Idempotency-Key</code> may be sent again:
  it is done once. Lists go on at <code>next</code>: send it as <code>cursor</code>, unchanged.</p>
<pre tabindex="0"><code>curl -H "Authorization: Bearer $SLIPWAY_TOKEN" -H 'Content-Type: application/json' \\
  -d '{"project": "sample", "bump": "minor"}' "$SLIPWAY_API/v1/releases"</code></pre>`;
}

function operationPart(one: Described): Html {
  const body = Object.values(one.requestBody?.content ?? {})[0];
  const all = Object.entries(one.responses);
  const answers = all.filter(([status]) => status.startsWith('2'));
  const problems = all.filter(([status]) => !status.startsWith('2'));
  return html`<article aria-labelledby="${one.operationId}">
  <h3 id="${one.operationId}"><a href="#${one.operationId}">${one.summary}</a></h3>
  <p class="call"><span class="method ${one.method.toLowerCase()}">${one.method}</span> <code>${one.path}</code></p>
  ${one.description ? html`<p>${withCode(one.description)}</p>` : ''}
  ${one.security.length === 0 ? html`<p class="quiet">Needs no sign-in.</p>` : ''}
  ${one.parameters.length === 0 ? '' : parametersTable(one)}
  ${body === undefined ? '' : html`<h4>Body</h4><p>${typeOf(body.schema)}</p>${exampleOf(body.example)}`}
  <h4>Answers</h4>
  <ul class="answers">${answers.map(answerLine)}</ul>
  ${
    problems.length === 0
      ? ''
      : html`<details><summary>Problems: ${problems.map(([status]) => status).join(', ')}</summary>
    <ul class="answers">${problems.map(answerLine)}</ul></details>`
  }
</article>`;
}

function answerLine([status, { description, content = {} }]: [string, DescribedAnswer]): Html {
  const [type, media] = Object.entries(content)[0] ?? [];
  const schema = media?.schema;
  const what = schema?.$ref || schema?.anyOf ? typeOf(schema) : type;
  return html`<li><span class="status s${status[0]}">${status}</span> ${description}
    ${type === undefined ? '' : html`<span class="quiet">${what}</span>`}</li>`;
}

function parametersTable({ operationId, parameters }: Described): Html {
  return html`<div class="wide" role="region" tabindex="0" aria-label="Parameters of ${operationId}"><table>
  <caption>Parameters</caption>
  <thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">What</th></tr></thead>
  <tbody>${parameters.map(
    (
      one,
    ) => html`<tr><th scope="row"><code>${one.name}</code>${one.required ? '' : html` <span class="quiet">optional</span>`}</th>
      <td>${one.in}</td><td>${one.description ?? ''} <span class="quiet">${typeOf(one.schema)}</span></td></tr>`,
  )}</tbody></table></div>`;
}

function exampleOf(example: object | undefined): Html | string {
  return example === undefined ? '' : html`<pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre>`;
}

function schemaPart(name: string, schema: JsonSchema): Html {
  return html`<article aria-labelledby="schema-${name}">
  <h3 id="schema-${name}">${name}</h3>
  ${typeof schema.description === 'string' ? html`<p>${schema.description}</p>` : ''}
  ${fieldsTable(name, schema)}
</article>`;
}

function problemsPart(): Html {
  return html`<section aria-labelledby="problems">
  <h2 id="problems">Problems</h2>
  <p>Every code that an answer or a step of a run can have. Compare codes, never texts.</p>
  <div class="wide" role="region" tabindex="0" aria-label="Codes of problems"><table>
    <thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">What to do</th></tr></thead>
    <tbody>${problemCatalogue().map(
      ({ code, status, remedy }) =>
        html`<tr><th scope="row"><code>${code}</code></th><td>${status}</td><td>${remedy}</td></tr>`,
    )}</tbody>
  </table></div>
</section>`;
}

function operationsOf({ paths }: Document): Described[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      return { ...(described as unknown as Described), method: method.toUpperCase(), path };
    }),
  );
}

function titleOf(tag: string): string {
  return tag.charAt(0).toUpperCase() + tag.slice(1);
}

/** `words` between backticks as code; everything is escaped first by the template. */
function withCode(text: string) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
