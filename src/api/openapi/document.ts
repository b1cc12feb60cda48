import type { z } from 'zod';
import { projectName } from '../../config/project-schema.ts';
import { problemAnswer } from '../answers/problem-answer.ts';
import { endEvent } from '../answers/run-answer.ts';
import { RUN_ID } from '../run-id.ts';
import { scheduleName } from '../schedule-request.ts';
import { type JsonSchema, schemaOf } from './json-schema.ts';
import { alwaysPossible, type Operation, type Operations, REQUEST_HEADERS, TAGS } from './operation.ts';
import { RUN_OPERATIONS } from './run-operations.ts';
import { SCHEDULE_OPERATIONS } from './schedule-operations.ts';
import { SERVICE_OPERATIONS } from './service-operations.ts';

export const OPERATIONS: Operations = { ...SERVICE_OPERATIONS, ...SCHEDULE_OPERATIONS, ...RUN_OPERATIONS };

export type Document = ReturnType<typeof openApiDocument>;

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

const PATH_PARAMETERS: Readonly<Record<string, { description: string; schema: JsonSchema; example: string }>> = {
  id: {
    description: 'kind:project:version; a dry run is plan:project:version.',
    schema: { type: 'string', pattern: RUN_ID.source },
    example: 'release:sample:1.2.0',
  },
  project: {
    description: 'The name of the project.',
    schema: schemaOf(projectName, 'input').schema,
    example: 'sample',
  },
  name: {
    description: 'What the calendar asks for.',
    schema: schemaOf(scheduleName, 'input').schema,
    example: 'prerelease',
  },
  digest: {
    description: 'As the run names it.',
    schema: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
    example: `sha256:${'b'.repeat(64)}`,
  },
};

const RESPONSE_HEADERS: Readonly<Record<string, JsonSchema>> = {
  Location: { description: 'Where the run is.', schema: { type: 'string' } },
  'Content-Disposition': { description: 'The name of the file.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds.', schema: { type: 'string', pattern: '^\\d+$' } },
  'WWW-Authenticate': { description: 'How to sign in.', schema: { type: 'string' } },
};

/** The contract as OpenAPI 3.1, out of the schemas that requests are read with. `closed`: answers hold what is described and nothing else. */
export function openApiDocument({ closed = false } = {}) {
  const components: Record<string, JsonSchema> = {};
  const take = (schema: z.ZodType, io: 'input' | 'output') => {
    const { schema: own, named } = schemaOf(schema, io, closed);
    Object.assign(components, named);
    return own;
  };
  take(endEvent, 'output');
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = route.split(' ');
    const described = { ...paths[path], [method.toLowerCase()]: describe(operation, path, take) };
    paths[path] = described;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Slipway',
      version: '1',
      description: 'A durable release service for Python packages. People read this page at /docs.',
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: components, securitySchemes: SECURITY },
  };
}

const SECURITY = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of the service, or a JWT of your identity provider.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'slipway',
    description: 'The session of a page. What changes something needs the header x-csrf-token as well.',
  },
  webhook: { type: 'apiKey', in: 'header', name: 'X-Hub-Signature-256', description: 'As GitHub signs its webhooks.' },
};

type Take = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

function describe(operation: Operation, path: string, take: Take): JsonSchema {
  const { name, summary, about, tag, body, example, access } = operation;
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(about === undefined ? {} : { description: about }),
    security: access === 'anyone' ? [] : access === 'webhook' ? [{ webhook: [] }] : [{ bearer: [] }, { session: [] }],
    parameters: parametersOf(operation, path, take),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [JSON_TYPE]: { schema: take(body, 'input'), ...(example ? { example } : {}) } },
          },
        }),
    responses: { ...answersOf(operation, take), ...problemsOf(operation, take) },
  };
}

function parametersOf({ query, headers = [] }: Operation, path: string, take: Take): JsonSchema[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    return { name, in: 'path', required: true, ...PATH_PARAMETERS[name] };
  });
  const { properties = {}, required = [] } = query === undefined ? {} : (take(query, 'input') as QuerySchema);
  const inQuery = Object.entries(properties).map(([name, { description, ...schema }]) => {
    const told = description === undefined ? {} : { description };
    return { name, in: 'query', required: required.includes(name), ...told, schema };
  });
  const inHeader = headers.map((name) => ({ name, in: 'header', required: false, ...REQUEST_HEADERS[name] }));
  return [...inPath, ...inQuery, ...inHeader];
}

interface QuerySchema {
  readonly properties?: Record<string, JsonSchema>;
  readonly required?: string[];
}

function answersOf({ answers }: Operation, take: Take): JsonSchema {
  const described = Object.entries(answers).map(([status, { says, schema, type = JSON_TYPE, headers = [] }]) => {
    const hasBody = schema !== undefined || type !== JSON_TYPE;
    const content = { [type]: schema === undefined ? {} : { schema: take(schema, 'output') } };
    const told = { description: says, ...headersOf(headers), ...(hasBody ? { content } : {}) };
    return [status, told] as const;
  });
  return Object.fromEntries(described);
}

function problemsOf(operation: Operation, take: Take): JsonSchema {
  const content = { [PROBLEM_TYPE]: { schema: take(problemAnswer, 'output') } };
  const statuses = [...new Set([...alwaysPossible(operation), ...(operation.problems ?? [])])].sort();
  const described = statuses
    .filter((status) => !(status in operation.answers))
    .map((status) => {
      const headers = status === 401 ? ['WWW-Authenticate'] : status === 429 || status === 503 ? ['Retry-After'] : [];
      return [status, { description: SAYS[status] ?? 'A problem.', ...headersOf(headers), content }] as const;
    });
  return Object.fromEntries(described);
}

const SAYS: Readonly<Record<number, string>> = {
  400: 'The body is not JSON.',
  401: 'Nobody is signed in.',
  403: 'This person may not.',
  404: 'There is no such thing.',
  409: 'It contradicts what is there: a run that is open, has ended or refuses, or a version that is spent.',
  413: 'The body is too large.',
  415: 'The body is not sent as JSON.',
  422: 'The request has faults; all of them are told at once.',
  429: 'Too much at once.',
  500: 'A fault of the service.',
  503: 'Temporal or a worker does not answer.',
};

function headersOf(names: readonly string[]): { headers?: JsonSchema } {
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, RESPONSE_HEADERS[name]])) };
}
