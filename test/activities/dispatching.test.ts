import { beforeEach, expect, test } from 'vitest';
import type { PublishDeps } from '../../src/activities/publish/deps.ts';
import { type Dispatch, ensureDispatched } from '../../src/activities/publish/dispatching.ts';
import type { JobRun } from '../../src/domain/dispatch/own-run.ts';
import { BUILD_INPUTS } from '../../src/domain/dispatch/workflow-inputs.ts';
import { Problem } from '../../src/domain/problem.ts';
import { COMMIT, project } from '../support/release-activities.ts';

const ACCESS = { apiUrl: 'http://github.example', owner: 'acme', repo: 'sample', token: 'ghp_x' };
const WORKFLOW = { file: 'wheels.yml', inputs: { tagged: 'as {tag}' }, environment: null, ref: null };
const FIT = {
  inputs: { 'slipway-run': { required: true }, version: { required: true }, tagged: { required: false } },
  runName: `Wheels \${{ inputs.slipway-run }}`,
  environments: [],
};

/** A GitHub that has runs which its list does not show yet, and may lose its answers. */
interface Hub {
  ref: string;
  sha: string;
  shown: boolean;
  loses: boolean;
  tellsId: boolean;
  text: typeof FIT | undefined;
  runs: JobRun[];
  dispatched: object[];
  cancelled: number[];
}

let hub: Hub;
let claims: Map<string, Record<string, unknown>>;

beforeEach(() => {
  claims = new Map();
  hub = {
    ...{ ref: COMMIT, sha: COMMIT, shown: true, loses: false, tellsId: true, text: FIT },
    ...{ runs: [], dispatched: [], cancelled: [] },
  };
});

const deps = {
  pause: async () => undefined,
  credentials: { read: async () => 'ghp_x' },
  remote: { refs: async (_: object, [ref]: string[]) => ({ [ref!]: 'f'.repeat(40), [`${ref}^{}`]: hub.ref }) },
  archive: {
    async claim(key: string, value: Record<string, unknown>) {
      if (!claims.has(key)) claims.set(key, value);
      return claims.get(key)!;
    },
  },
  github: {
    workflowText: async () => hub.text,
    workflowRuns: async () => (hub.shown ? hub.runs : []),
    workflowRun: async (_: object, id: number) => hub.runs.find((run) => run.id === id),
    cancelWorkflowRun: async (_: object, id: number) => void hub.cancelled.push(id),
    async dispatchWorkflow(_: object, asked: { inputs: Record<string, string> }) {
      hub.dispatched.push(asked);
      const id = hub.dispatched.length;
      const title = `Wheels ${asked.inputs['slipway-run']}`;
      const url = `https://github.com/acme/sample/actions/runs/${id}`;
      const plain = { event: 'workflow_dispatch', status: 'queued', conclusion: null };
      hub.runs.push({ ...plain, id, title, url, sha: hub.sha });
      if (hub.loses) throw new Problem('github-unreachable', 'the answer was lost');
      return { run: hub.tellsId ? id : null };
    },
  },
} as unknown as PublishDeps;

function dispatching(attempt = 1) {
  const procedure = { kind: 'release' } as const;
  const context = {
    id: 'release:sample:1.2.0',
    project: project(),
    version: '1.2.0',
    procedure,
    startedBy: 'rita',
    time: 1,
  };
  return ensureDispatched(deps, ACCESS, {
    ...{ context, workflow: WORKFLOW, attempt, ref: 'refs/heads/release/v1.2.0', own: BUILD_INPUTS },
    purpose: { part: 'build', commit: COMMIT, manifest: null },
    inputs: async () => ({ version: '1.2.0' }),
  } as Dispatch);
}

const code = (expected: string) => expect.objectContaining({ code: expected });

test('a workflow is dispatched on the branch by its short name, with what the project file and Slipway give', async () => {
  expect(await dispatching()).toMatchObject({ fresh: true, job: { run: 1 } });
  expect(hub.dispatched).toEqual([
    {
      ...{ file: 'wheels.yml', ref: 'release/v1.2.0' },
      inputs: {
        tagged: 'as v1.2.0',
        version: '1.2.0',
        'slipway-run': expect.stringMatching(/^slipway-[0-9a-f]{16}-1$/),
      },
    },
  ]);
});

test('an answer that was lost, and a list that is behind: the run is waited for, found, and not sent for twice', async () => {
  Object.assign(hub, { loses: true, shown: false });
  await expect(dispatching()).rejects.toEqual(code('github-unreachable'));
  await expect(dispatching()).rejects.toEqual(code('not-yet'));
  hub.shown = true;
  expect(await dispatching()).toMatchObject({ fresh: false, job: { run: 1 } });
  expect(hub.dispatched).toHaveLength(1);
});

test('a request that nobody received is sent once more, but only when GitHub would long have shown its run', async () => {
  Object.assign(hub, { loses: true, shown: false });
  await expect(dispatching()).rejects.toEqual(code('github-unreachable'));
  Object.assign(hub, { loses: false, runs: [] });
  await expect(dispatching()).rejects.toEqual(code('not-yet'));
  for (const claim of claims.values()) claim.at = new Date(Date.now() - 61_000).toISOString();
  expect(await dispatching()).toMatchObject({ fresh: true });
  expect(hub.dispatched).toHaveLength(2);
});

test('where GitHub does not tell the id of the run, it is found by its title', async () => {
  hub.tellsId = false;
  expect(await dispatching()).toMatchObject({ fresh: true, job: { run: 1 } });
});

test("only a person's retry, which is another attempt, runs it once more", async () => {
  await dispatching();
  hub.runs = hub.runs.map((run) => ({ ...run, status: 'completed', conclusion: 'failure' }));
  expect(await dispatching()).toMatchObject({ fresh: false, job: { run: 1 } });
  expect(await dispatching(2)).toMatchObject({ fresh: true, job: { run: 2 } });
});

test('a branch that does not stand at the commit runs nothing', async () => {
  hub.ref = 'a'.repeat(40);
  await expect(dispatching()).rejects.toEqual(code('workflow-ref-moved'));
  expect(hub.dispatched).toEqual([]);
});

test('a run that began for another commit is cancelled and not believed', async () => {
  hub.sha = 'a'.repeat(40);
  await expect(dispatching()).rejects.toEqual(code('workflow-ref-moved'));
  expect(hub.cancelled).toEqual([1]);
});

test('a workflow that would not be found again at that very commit runs nothing', async () => {
  hub.text = { ...FIT, runName: 'Wheels' };
  await expect(dispatching()).rejects.toEqual(code('workflow-unfit'));
  hub.text = undefined;
  await expect(dispatching()).rejects.toEqual(code('workflow-unfit'));
  expect(hub.dispatched).toEqual([]);
});
