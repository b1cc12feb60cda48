import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { recordedHistories, replay } from '../support/histories.ts';
import { root } from '../support/imports.ts';
import '../support/temporal.ts';

const histories = recordedHistories();

test.each(histories)('a run recorded as $name goes on with the code of today', async ({ history }) => {
  await replay(history, inject('workflowBundle'));
});

test('a recorded run is known by its own id', () => {
  expect(histories.filter(({ history }) => !history.workflowId || history.events.length === 0)).toEqual([]);
});

test('code that would do something else than a recorded run did is noticed', async () => {
  const history = JSON.parse(JSON.stringify(histories.find(({ name }) => name === 'release-planned')!.history));
  const first = history.events.find((event: object) => 'activityTaskScheduledEventAttributes' in event);
  first.activityTaskScheduledEventAttributes.activityType.name = 'anotherActivity';
  await expect(replay(history, inject('workflowBundle'))).rejects.toThrow(/TMPRL1100/);
});

test('the libraries that read histories are there once', () => {
  // Hoisted apart, two copies of protobufjs make every history unreadable ("type must be a Type").
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const copies = Object.keys(lock.packages).filter((path) => /(^|\/)node_modules\/protobufjs$/.test(path));
  expect(copies.filter((path) => path.includes('@temporalio'))).toEqual([]);
  expect(lock.packages['node_modules/protobufjs'].version).toBe(lock.packages[''].dependencies.protobufjs);
});
