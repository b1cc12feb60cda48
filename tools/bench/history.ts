import { Client, Connection } from '@temporalio/client';
import type { Figure } from './figure.ts';
import type { Release } from './slipway-release.ts';
import type { Stage } from './stage.ts';

/** What one strict release left in Temporal: every event is replayed wherever a worker takes the run up anew. */
export async function historyFigures({ sandbox }: Stage, { run }: Release): Promise<Figure[]> {
  const connection = await Connection.connect({ address: sandbox.addresses.temporal });
  try {
    const { historyLength, historySize } = await new Client({ connection }).workflow
      .getHandle(run.id, run.runId)
      .describe();
    return [
      { name: "a strict release's history", value: historyLength, unit: 'events', aim: 'at most 300 events' },
      {
        name: "a strict release's history",
        value: Math.round((historySize ?? 0) / 1024),
        unit: 'KiB',
        aim: 'at most 300 KiB',
      },
    ];
  } finally {
    await connection.close();
  }
}
