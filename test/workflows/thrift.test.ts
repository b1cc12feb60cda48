import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepProject, keptProjects } from '../../src/activities/kept-project.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { asText } from '../support/histories.ts';
import { procedureWorld, signOff } from '../support/procedure-world.ts';
import { project, releaseActivities } from '../support/release-activities.ts';

const frozen = project(
  'title: Marked Title\ngates: [ { name: tests, run: pytest } ]\nmonitoring: { window: 1s, every: 1s, stages: [stable], probes: [index] }\n',
);
const folder = mkdtempSync(join(tmpdir(), 'slipway-thrift-'));
const store = createArtifactStore(folder);
const seen: { activity: string; title: string }[] = [];
const now = releaseActivities(frozen);
let world: Awaited<ReturnType<typeof procedureWorld>>;

beforeAll(async () => {
  const { freeze } = now.publish;
  now.publish.freeze = async (input) => ({ ...(await freeze(input)), kept: await keepProject(store, frozen) });
  world = await procedureWorld(() => now, { interceptors: { activity: [keptProjects(store), noting] } });
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What reaches the activities themselves. */
const noting = ({ info }: { info: { activityType: string } }) => ({
  inbound: {
    execute(input: { args: unknown[] }, next: (input: never) => Promise<unknown>) {
      const { project: given } = (input.args[0] ?? {}) as { project?: { title?: string } };
      if (typeof given === 'object') seen.push({ activity: info.activityType, title: given.title ?? 'none' });
      return next(input as never);
    },
  },
});

test('thrift: a history holds the frozen project once, and every activity of the run and of its monitor gets it whole', async () => {
  const run = await world.start('release');
  await signOff(run, 'rel', 'releaser');
  expect(await run.result()).toMatchObject({ outcome: 'released' });

  expect(seen.map(({ activity }) => activity)).toEqual(
    expect.arrayContaining(['runGate', 'ensureOnIndex', 'takeReadings']),
  );
  expect(new Set(seen.map(({ title }) => title))).toEqual(new Set(['Marked Title']));
  const { events } = await run.fetchHistory();
  const holding = events!.filter((event) => asText(event).includes('Marked Title'));
  expect(holding.map(({ eventType }) => eventType)).toHaveLength(2); // what froze it, and the monitor's input
});

test('thrift: search attributes are written once in a workflow task, and then say how the run stands', async () => {
  const run = await world.start('release');
  await signOff(run, 'rel', 'releaser');
  await run.result();
  const { events } = JSON.parse(historyToJSON(await run.fetchHistory())) as { events: Event[] };
  const tasks = events.flatMap(
    (event) => event.upsertWorkflowSearchAttributesEventAttributes?.workflowTaskCompletedEventId ?? [],
  );
  expect(tasks.length).toBeGreaterThan(4);
  expect(new Set(tasks).size).toBe(tasks.length);
  const { searchAttributes } = await run.describe();
  expect(searchAttributes).toMatchObject({ SlipwayStatus: ['ended'], SlipwayOutcome: ['released'] });
  expect(searchAttributes).not.toHaveProperty('SlipwayWaitingFor');
});

interface Event {
  readonly upsertWorkflowSearchAttributesEventAttributes?: { readonly workflowTaskCompletedEventId: string };
}
