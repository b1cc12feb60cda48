import { scheduleAnswer, scheduleList } from '../answers/schedule-answer.ts';
import { scheduleRequest } from '../schedule-request.ts';
import { controlRequest } from '../signal-requests.ts';
import type { Operation, Operations } from './operation.ts';

const TAKEN: Operation['answers'] = { 200: { says: 'The schedule as it is now.', schema: scheduleAnswer } };

export const SCHEDULE_OPERATIONS: Operations = {
  'GET /v1/schedules': {
    name: 'listSchedules',
    summary: 'List the schedules of all projects',
    tag: 'schedules',
    answers: { 200: { says: 'The schedules.', schema: scheduleList } },
  },
  'GET /v1/projects/{project}/schedules': {
    name: 'schedulesOf',
    summary: 'List the schedules of a project: when it is looked next, and what became of the last looks',
    tag: 'schedules',
    answers: { 200: { says: 'The schedules.', schema: scheduleList } },
    problems: [404, 422],
  },
  'PUT /v1/projects/{project}/schedules/{name}': {
    name: 'putSchedule',
    summary: 'Make or change a schedule',
    about:
      'The order is signed anew, in the name of whoever sends it; from then on the project file no longer changes it. Whether it is ' +
      'paused stays as it is.',
    tag: 'schedules',
    body: scheduleRequest,
    example: { every: 'weekly', weekday: 'tuesday', hour: 7 },
    answers: TAKEN,
    problems: [404],
  },
  'POST /v1/projects/{project}/schedules/{name}/pause': {
    name: 'pauseSchedule',
    summary: 'Pause a schedule: it starts and says nothing until it is resumed',
    tag: 'schedules',
    body: controlRequest,
    example: { reason: 'Nobody is here until Monday.' },
    answers: TAKEN,
    problems: [404],
  },
  'POST /v1/projects/{project}/schedules/{name}/resume': {
    name: 'resumeSchedule',
    summary: 'Resume a paused schedule',
    tag: 'schedules',
    body: controlRequest,
    example: { reason: 'We are back.' },
    answers: TAKEN,
    problems: [404],
  },
};
