import { html } from 'hono/html';
import type { JsonSchema } from './json-schema.ts';

type Html = ReturnType<typeof html>;

/** An object's members, one a row. */
export function fieldsTable(name: string, schema: JsonSchema): Html {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  if (properties.length === 0) return html`<p>${typeOf(schema)}</p>`;
  const required = (schema.required ?? []) as string[];
  return html`<div class="wide" role="region" tabindex="0" aria-label="Members of ${name}"><table>
  <thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">What</th></tr></thead>
  <tbody>${properties.map(([key, one]) => {
    const optional = required.includes(key) ? '' : html` <span class="quiet">optional</span>`;
    return html`<tr><th scope="row"><code>${key}</code>${optional}</th><td>${typeOf(one)}</td>
      <td>${typeof one.description === 'string' ? one.description : ''}${detailOf(one)}</td></tr>`;
  })}</tbody></table></div>`;
}

/** A schema in a few words, with links to those that have a name. */
export function typeOf(schema: JsonSchema): Html {
  const { $ref, anyOf, type, items, enum: values, properties, additionalProperties } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? '';
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(anyOf)) {
    return html`${anyOf.map((one: JsonSchema, index) => html`${index > 0 ? ' or ' : ''}${typeOf(one)}`)}`;
  }
  if (Array.isArray(values)) {
    return html`${values.map((value, index) => html`${index > 0 ? ' | ' : ''}<code>${String(value)}</code>`)}`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (type === 'array') return html`list of ${items ? typeOf(items as JsonSchema) : 'values'}`;
  if (properties) return html`{ ${membersOf(schema)} }`;
  if (type === 'object') return html`object${additionalProperties ? ' of texts by name' : ''}`;
  return html`${Array.isArray(type) ? type.join(' or ') : String(type ?? 'anything')}`;
}

function membersOf({ properties, required = [] }: JsonSchema): Html[] {
  return Object.entries(properties as Record<string, JsonSchema>).map(([key, one], index) => {
    const mark = (required as string[]).includes(key) ? '' : '?';
    return html`${index > 0 ? ', ' : ''}<code>${key}${mark}</code>: ${typeOf(one)}`;
  });
}

function detailOf({ pattern, maxLength, default: preset, examples }: JsonSchema): Html {
  const [example] = Array.isArray(examples) ? examples : [];
  return html`${preset === undefined ? '' : html` <span class="quiet">default ${JSON.stringify(preset)}</span>`}${
    example === undefined ? '' : html` <span class="quiet">such as <code>${String(example)}</code></span>`
  }${typeof pattern === 'string' && pattern.length < 60 ? html` <code class="quiet">${pattern}</code>` : ''}${
    typeof maxLength === 'number' ? html` <span class="quiet">at most ${maxLength} characters</span>` : ''
  }`;
}
