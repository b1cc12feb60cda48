import { z } from 'zod';
import { pending, runAnswer, runEvent, runList, started } from '../answers/run-answer.ts';
import { hotfixRequest } from '../hotfix-request.ts';
import { releaseRequest } from '../release-request.ts';
import { rollbackRequest } from '../rollback-request.ts';
import { executionQuery } from '../run-id.ts';
import { listQuery } from '../run-list.ts';
import { SIGNAL_ROUTES } from '../signal-requests.ts';
import type { Answer, Operation, Operations } from './operation.ts';

const TAKEN: Readonly<Record<number, Answer>> = {
  202: { says: 'It was started, or was already by this very request.', schema: started, headers: ['Location'] },
};

const STARTS: Operations = {
  'POST /v1/releases': {
    name: 'startRelease',
    summary: 'Start a release',
    about:
      'By version, or by bump: then the next version is looked up. `dryRun` pushes nothing and answers with a plan; ' +
      '`testOnly` ends after the rehearsal; `adopt` finishes what another tool or a person left half-done.',
    tag: 'starts',
    body: releaseRequest,
    example: { project: 'sample', version: '1.2.0' },
    headers: ['Idempotency-Key'],
    answers: TAKEN,
    problems: [404, 409],
  },
  'POST /v1/hotfixes': {
    name: 'startHotfix',
    summary: 'Start a hotfix',
    about:
      'The next patch version of the main branch, or of the older line that the tag `base` is on. With `commits` they are ' +
      'cherry-picked; without, a person pushes the fix to the branch and says so.',
    tag: 'starts',
    body: hotfixRequest,
    example: { project: 'sample', title: 'Totals are rounded up', issue: 12 },
    headers: ['Idempotency-Key'],
    answers: TAKEN,
    problems: [404, 409],
  },
  'POST /v1/rollbacks': {
    name: 'startRollback',
    summary: 'Start a rollback of a published version',
    tag: 'starts',
    body: rollbackRequest,
    example: { project: 'sample', version: '1.2.0', reason: 'Installing it breaks Python 3.10.' },
    headers: ['Idempotency-Key'],
    answers: TAKEN,
    problems: [404, 409],
  },
};

const RUNS: Operations = {
  'GET /v1/runs': {
    name: 'listRuns',
    summary: 'List runs',
    about:
      "Open ones first, the newest first within; then those that only the archive remembers. The filters are Temporal's " +
      'search attributes. A page may hold fewer runs than its limit: there are more as long as `next` is there.',
    tag: 'runs',
    query: listQuery,
    answers: { 200: { says: 'A page of runs.', schema: runList } },
    problems: [422],
  },
  'GET /v1/runs/{id}': {
    name: 'showRun',
    summary: 'Show a run',
    about:
      'As its worker tells it; where that is silent or Temporal has forgotten it, what was kept, with `live` false. Within ' +
      'five seconds in any case.',
    tag: 'runs',
    query: executionQuery,
    answers: { 200: { says: 'The run.', schema: runAnswer } },
    problems: [404],
  },
  'GET /v1/runs/{id}/events': {
    name: 'followRun',
    summary: 'Follow a run live',
    about:
      'Server-sent events. `state` is the whole run (Run), and its id names just this content, so that whoever missed events has ' +
      'missed nothing. `silent` says that no worker answers for now. `end` (EndEvent) is the last one. Lines that start with a colon ' +
      'keep the connection alive. After some minutes the stream is closed without an `end`: come back with Last-Event-ID.',
    tag: 'runs',
    query: executionQuery,
    headers: ['Last-Event-ID'],
    answers: {
      200: { says: 'The events, until the run ends.', type: 'text/event-stream', schema: runEvent },
      204: { says: 'The run has ended, and the last event of all was received.' },
    },
    problems: [404],
  },
  'GET /v1/runs/{id}/checklist': {
    name: 'showChecklist',
    summary: 'The release checklist, ticked from the run',
    tag: 'runs',
    query: executionQuery,
    answers: { 200: { says: 'Markdown.', type: 'text/markdown', schema: z.string() } },
    problems: [404],
  },
  'GET /v1/runs/{id}/artifacts/{digest}': {
    name: 'readArtifact',
    summary: 'A report, a log or a file of a run',
    tag: 'runs',
    query: executionQuery,
    answers: { 200: { says: 'Its bytes, to be kept as a file.', type: '*/*', headers: ['Content-Disposition'] } },
    problems: [404],
  },
};

const SIGNALS: Readonly<Record<string, { name: string; summary: string; about?: string; example: object }>> = {
  'sign-offs': {
    name: 'signOff',
    summary: 'Approve or reject, in one role',
    about: 'For the commit and the manifest that the run shows: a change of either voids it.',
    example: { role: 'qa', decision: 'approve', commit: 'a'.repeat(40), manifest: `sha256:${'b'.repeat(64)}` },
  },
  checks: {
    name: 'check',
    summary: 'Tick off an item of the checklist',
    example: { item: 'web-interface', passed: true, commit: 'a'.repeat(40), manifest: `sha256:${'b'.repeat(64)}` },
  },
  decisions: {
    name: 'decide',
    summary: 'Decide on a blocked step: retry, skip or abort',
    about: 'For one attempt of the step, which the run shows.',
    example: { step: 'test.gate.tests', attempt: 1, action: 'retry', reason: 'The mirror was down.' },
  },
  fix: {
    name: 'fixReady',
    summary: "Say that a hotfix's fix is on its branch",
    example: { commits: ['a'.repeat(40)] },
  },
  watch: {
    name: 'watch',
    summary: 'Extend or conclude the window, or roll back',
    example: { attempt: 1, action: 'extend', hours: 12, reason: 'Few downloads yet.' },
  },
  pause: { name: 'pause', summary: 'Pause a run before its next step', example: { reason: 'The index is down.' } },
  resume: { name: 'resume', summary: 'Let a paused run go on', example: { reason: 'It is back.' } },
  abort: { name: 'abort', summary: 'Abort a run, and undo what can be undone', example: { reason: 'Not today.' } },
};

function signalOperation({ path, schema }: (typeof SIGNAL_ROUTES)[number]): Operation {
  const { name = path, summary = path, ...more } = SIGNALS[path] ?? {};
  return {
    ...more,
    name,
    summary,
    tag: 'signals',
    query: executionQuery,
    body: schema,
    headers: ['Idempotency-Key'],
    answers: {
      200: { says: 'It counted: the run as it is now.', schema: runAnswer },
      202: { says: 'It was sent, and the run has not judged it yet.', schema: z.union([pending, runAnswer]) },
    },
    problems: [404, 409],
  };
}

export const RUN_OPERATIONS: Operations = {
  ...STARTS,
  ...RUNS,
  ...Object.fromEntries(SIGNAL_ROUTES.map((route) => [`POST /v1/runs/{id}/${route.path}`, signalOperation(route)])),
};
