import { setTimeout as sleep } from 'node:timers/promises';
import { WORKFLOW_QUEUE } from '../../../src/activities/index.ts';
import { temporalRuns } from '../../../src/api/temporal-runs.ts';
import { CANDIDATE } from '../../../test/support/release-activities.ts';
import { type LoadWorld, PROJECT, SIGNER } from './world.ts';

const AT_ONCE = 50;
/** So many are on their way to their wait at a time: all at once would measure how a bounded cache is thrashed. */
const WAVE = 100;
const LOOK_AGAIN_MS = 200;

/** What the load's workers freeze: test/support/release-activities.ts. */
export const SIGNED = { commit: CANDIDATE.commit, manifest: `sha256:${'7'.repeat(64)}` };

export const releaseId = (number: number) => `release:${PROJECT}:1.${number}.0`;
const bareId = (number: number) => `bare-${number}`;

/** Seconds until so many runs of each kind wait for the tech lead; numbered from `from`. */
export async function startWaiting(
  { client }: LoadWorld,
  what: 'runs' | 'bare',
  { from, count }: { from: number; count: number },
): Promise<number> {
  const runs = temporalRuns(client);
  const before = await waitingFor(client, what, 'tech-lead');
  const began = performance.now();
  for (let started = 0; started < count; started += WAVE) {
    const wave = Math.min(WAVE, count - started);
    await each(wave, async (index) => {
      const number = from + started + index;
      if (what === 'bare') {
        await client.workflow.start('bare', { taskQueue: 'bare', workflowId: bareId(number) });
        return;
      }
      const request = { schema: 1 as const, project: PROJECT, version: `1.${number}.0`, startedBy: 'rel' };
      await runs.start({ id: releaseId(number), kind: 'release', request, requestKey: '' });
    });
    await until(async () => (await waitingFor(client, what, 'tech-lead')) >= before + started + wave);
  }
  return (performance.now() - began) / 1000;
}

/** Seconds until one sign-off for each of these has counted: none waits for the tech lead any more. */
export async function signOffEach(
  { client }: LoadWorld,
  what: 'runs' | 'bare',
  { from, count }: { from: number; count: number },
): Promise<number> {
  const after = (await waitingFor(client, what, 'tech-lead')) - count;
  const began = performance.now();
  await each(count, async (index) => {
    const id = what === 'bare' ? bareId(from + index) : releaseId(from + index);
    await client.workflow.getHandle(id).signal('signOff', signOff(`bench-${from + index}`));
  });
  await until(async () => (await waitingFor(client, what, 'tech-lead')) <= after);
  return (performance.now() - began) / 1000;
}

export function signOff(requestId: string) {
  return { requestId, by: SIGNER, role: 'tech-lead', decision: 'approve', ...SIGNED };
}

async function waitingFor(client: LoadWorld['client'], what: 'runs' | 'bare', role: string): Promise<number> {
  const type = what === 'runs' ? 'release' : 'bare';
  const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Running' AND SlipwayWaitingFor = '${role}'`;
  return (await client.workflow.count(query)).count;
}

async function each(count: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const hand = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(LOOK_AGAIN_MS);
}

export const queueOf = { runs: WORKFLOW_QUEUE, bare: 'bare' } as const;
