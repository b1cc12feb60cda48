import { z } from 'zod';
import { auditAnswer } from '../answers/audit-answer.ts';
import { nextAnswer, projectAnswer, projectList } from '../answers/project-answer.ts';
import { auditQuery } from '../audit-query.ts';
import { payloadsBody } from '../codec-route.ts';
import { CHECKS } from '../readiness.ts';
import { nextQuery } from '../release-request.ts';
import type { Operations } from './operation.ts';

const check = z.string().meta({ description: '`ok`, or what is wrong' });
const readiness = z
  .object({ status: z.string(), checks: z.object(Object.fromEntries(CHECKS.map((name) => [name, check]))) })
  .meta({ id: 'Readiness' });

export const SERVICE_OPERATIONS: Operations = {
  'GET /v1/projects': {
    name: 'listProjects',
    summary: 'List projects, with their current and suggested next versions and open runs',
    tag: 'projects',
    answers: { 200: { says: 'The projects.', schema: projectList } },
  },
  'GET /v1/projects/{project}': {
    name: 'showProject',
    summary: 'Show a project',
    tag: 'projects',
    answers: { 200: { says: 'The project.', schema: projectAnswer } },
    problems: [404, 422],
  },
  'GET /v1/projects/{project}/next': {
    name: 'nextVersion',
    summary: 'The next version, and why',
    tag: 'projects',
    query: nextQuery,
    answers: { 200: { says: 'The version that a release with this bump would have.', schema: nextAnswer } },
    problems: [404, 409, 422],
  },
  'GET /v1/audit': {
    name: 'readAudit',
    summary: 'Who did what, when, from where, accepted or refused',
    about: "Operators and admins see everybody's entries, everybody else their own. The newest first.",
    tag: 'service',
    query: auditQuery,
    answers: { 200: { says: 'The entries.', schema: auditAnswer } },
    problems: [422],
  },
  'POST /codec/decode': {
    name: 'decodePayloads',
    summary: 'Decrypt payloads of a history, as the Temporal UI asks for it',
    about:
      "By whoever may look, from no page but the Temporal UI's. A payload whose key is not known any more comes back as it is. Nothing is encrypted for others.",
    tag: 'service',
    body: payloadsBody,
    answers: { 200: { says: 'The payloads, in the same order.', schema: payloadsBody } },
    problems: [404, 422, 503],
  },
  'POST /hooks/github': {
    name: 'githubHook',
    summary: "Take a webhook of GitHub's, which wakes the runs concerned",
    about: 'Signed with the secret that the service has: the header X-Hub-Signature-256.',
    tag: 'service',
    headers: ['X-GitHub-Event', 'X-GitHub-Delivery'],
    answers: { 202: { says: 'It was taken.', schema: z.object({ delivery: z.string() }) } },
    problems: [400, 404, 413, 503],
    access: 'webhook',
  },
  'GET /healthz': {
    name: 'health',
    summary: 'Does this process live?',
    tag: 'service',
    answers: { 200: { says: 'It does.', schema: z.object({ status: z.literal('ok') }) } },
    access: 'anyone',
  },
  'GET /readyz': {
    name: 'readiness',
    summary: 'Is what it needs there as well?',
    tag: 'service',
    answers: { 200: { says: 'It is.', schema: readiness }, 503: { says: 'Something is missing.', schema: readiness } },
    access: 'anyone',
  },
  'GET /metrics': {
    name: 'metrics',
    summary: 'Numbers for Prometheus',
    about: 'For whoever carries the scrape token of the configuration; where there is none, for the machine itself.',
    tag: 'service',
    answers: { 200: { says: 'Metrics, as Prometheus reads them.', type: 'text/plain', schema: z.string() } },
    problems: [401],
    access: 'anyone',
  },
  'GET /openapi.json': {
    name: 'describeApi',
    summary: 'This document',
    tag: 'service',
    answers: { 200: { says: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) } },
    access: 'anyone',
  },
  'GET /docs': {
    name: 'readDocs',
    summary: 'The same, to be read by people',
    tag: 'service',
    answers: { 200: { says: 'A page.', type: 'text/html', schema: z.string() } },
    access: 'anyone',
  },
};
