import { expect, test } from 'vitest';
import { commandIn } from '../../src/domain/github-command.ts';

const approves = (more: object = {}) => ({ kind: 'sign-off', decision: 'approve', role: 'qa', ...more });

test.each([
  ['/slipway approve as qa', approves()],
  ['  /Slipway   APPROVE as QA  ', approves()],
  ['/slipway approve as qa looks right', approves({ reason: 'looks right' })],
  ['/slipway approve as qa: looks right', approves({ reason: 'looks right' })],
  ['/slipway approve as qa\r\n\r\nLooks right.\r\nAll of it.', approves({ reason: 'Looks right.\nAll of it.' })],
  ['/slipway approve as qa — for now\nmore', approves({ reason: 'for now\nmore' })],
  ['Tried it.\n\n/slipway approve as qa', approves()],
  ['/slipway reject as tech-lead broken', { ...approves({ reason: 'broken' }), decision: 'reject', role: 'tech-lead' }],
])('GitHub: %j signs off', (body, command) => {
  expect(commandIn(body)).toEqual(command);
});

test.each([
  ['', 'nothing'],
  ['Looks good to me', 'no command'],
  ['please write /slipway approve as qa', 'a command that does not begin its line'],
  ['> /slipway approve as qa', 'a quotation'],
  ['```\n/slipway approve as qa\n```', 'code'],
  ['~~~sh\n```\n/slipway approve as qa\n~~~', 'code in another fence'],
  ['    /slipway approve as qa', 'indented code'],
  ['/slipwayapprove as qa', 'another word'],
  ['<!-- slipway:comment:release:a:1.0.0:r -->\n/slipway approve as qa', 'what Slipway wrote itself'],
])('GitHub: %j tells Slipway nothing: %s', (body) => {
  expect(commandIn(body)).toBeUndefined();
});

test.each([
  ['/slipway', 'no such command'],
  ['/slipway approve', 'no such command'],
  ['/slipway help', 'no such command'],
  ['/slipway merge as qa', 'no such command'],
  ['/slipway approve as qa_lead', 'no such command'],
  ['/slipway approve as boss', 'no role boss signs off'],
  ['/slipway approve as viewer', 'no role viewer signs off'],
  ['/slipway approve as qa\n/slipway approve as tech-lead', 'a comment holds one command'],
])('GitHub: %j is meant for Slipway, and answered with how to write it', (body, why) => {
  expect(commandIn(body)).toMatchObject({ kind: 'unclear', why: expect.stringContaining(why) });
});

test('GitHub: after code has ended a command is one again', () => {
  expect(commandIn('```\nlog\n```\n/slipway approve as qa')).toEqual(approves());
});
