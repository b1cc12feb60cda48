import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { Api } from '../../src/demo/api.ts';
import { type Figure, round } from './figure.ts';
import { nextVersion, type Stage } from './stage.ts';

const LOOK_AGAIN_MS = 20;
/** temporal.api.enums.v1.PendingActivityState */
const STARTED = 2;
const WITHIN_MS = 120_000;

/**
 * The build worker is killed while it builds; the sandbox starts it again, and Temporal gives the work to it once the heartbeats have stayed
 * away. Seconds from the kill until the next attempt has begun.
 */
export async function killedWorkerFigure({ sandbox }: Stage): Promise<Figure> {
  const api = new Api(sandbox.addresses.api, sandbox.people.rita?.token ?? '');
  const { id } = await api.startRelease({ project: 'pynomaly-lite', version: nextVersion() });
  const connection = await Connection.connect({ address: sandbox.addresses.temporal });
  try {
    const handle = new Client({ connection }).workflow.getHandle(id);
    const building = async (attempt: number) => {
      const { raw } = await handle.describe();
      return raw.pendingActivities?.some(
        (one) => one.activityType?.name === 'buildPackage' && one.state === STARTED && Number(one.attempt) >= attempt,
      );
    };
    await until(() => building(1));
    const began = performance.now();
    process.kill(-sandbox.service.build.pid, 'SIGKILL');
    await until(() => building(2));
    const seconds = (performance.now() - began) / 1000;
    await handle.terminate('measured');
    return { name: 'a killed worker until its work goes on', value: round(seconds), unit: 's', aim: 'at most 15 s' };
  } finally {
    await connection.close();
  }
}

async function until(holds: () => Promise<boolean | undefined>): Promise<void> {
  for (const end = Date.now() + WITHIN_MS; !(await holds()); await sleep(LOOK_AGAIN_MS)) {
    if (Date.now() > end) throw new Error(`not within ${WITHIN_MS / 1000} s`);
  }
}
