import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Project } from '../../src/domain/project.ts';
import { APP, APP_INSTALLED } from '../../src/sandbox/people.ts';
import { contextOf, Rehearsed } from '../support/rehearsed.ts';
import { sampleFiles } from '../support/release-sample.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';

const GRANTED = { ...APP_INSTALLED.permissions };
let outside: Rehearsed;
let project: Project;

beforeAll(async () => {
  outside = await Rehearsed.open();
  const source = new ScratchRepository();
  source.write(sampleFiles('sample', '1.0.0'));
  source.commit('feat: begin').tag('v1.0.0');
  const made = await outside.project('sample', source);
  const github = { ...made.publish.github!, credential: 'APP_KEY', app: { id: APP.id } };
  project = { ...made, publish: { ...made.publish, github } };
});
afterAll(() => outside?.close());
beforeEach(() => {
  APP_INSTALLED.permissions = GRANTED;
});

const preflight = (project: Project) =>
  outside.activities.preflight({ ...contextOf(project), runId: 'r', dryRun: false, testOnly: false });

test('preflight: a project that publishes as a GitHub App is ready with no token of anybody', async () => {
  expect(await preflight(project)).toMatchObject({ summary: expect.stringContaining('is ready') });
});

test('preflight: every permission that the installation lacks is named at once, and what it has instead', async () => {
  const { pull_requests, ...others } = GRANTED;
  APP_INSTALLED.permissions = { ...others, issues: 'read' };
  await expect(preflight(project)).rejects.toMatchObject({
    type: 'permission-missing',
    message: expect.stringMatching(
      /lacks permissions at acme\/sample: issues: write \(it has read\), pull_requests: write/,
    ),
  });
});

test('preflight: a key that is not there, and an App that is not installed, are told beside what else is wrong', async () => {
  const { publish } = project;
  const without = { ...project, publish: { ...publish, github: { ...publish.github!, credential: 'NOT_THERE' } } };
  await expect(preflight(without)).rejects.toMatchObject({ message: expect.stringContaining('NOT_THERE') });
  const stranger = { ...project, publish: { ...publish, github: { ...publish.github!, app: { id: 1 } } } };
  await expect(preflight(stranger)).rejects.toMatchObject({ message: expect.stringContaining('not installed') });
});
