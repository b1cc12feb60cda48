import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processesWith } from '../clients/processes.ts';
import { escapingGate } from '../support/escaping-gate.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import type { Service } from '../support/service.ts';
import type { World } from '../support/world.ts';

let world: World;
let service: Service;

inOneWorld((...opened) => {
  [world, service] = opened;
});

const MIB = 2 ** 20;

test('a release whose gate tries to get out in every way goes through, since it cannot, and says how it was held', {
  timeout: WITHIN_MS,
}, async () => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const marker = `${400_000 + process.pid}.5`;
  const prey = {
    credential: join(world.places.credentials, 'PLANTED_TOKEN'),
    workerPid: process.pid,
    otherWorkspace: join(world.places.service, 'workspaces', 'build', 'worker-other'),
    artifacts: join(world.places.service, 'artifacts'),
    port: (server.address() as { port: number }).port,
    marker,
    ...{ memory: 300 * MIB, processes: 64, fileSize: 8 * MIB },
  };
  writeFileSync(prey.credential, 'planted-secret');
  mkdirSync(prey.otherWorkspace, { recursive: true });
  const limits = { memory: '256MiB', processes: 48, fileSize: '4MiB' };
  const gates = [{ name: 'escaping', run: 'python escape.py', timeout: '3m', limits }];
  await world.addProject('escaping', { files: { 'escape.py': escapingGate(prey) }, change: { gates } });

  try {
    const run = await service.release('escaping');
    await run.signOff();
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    const { steps } = await run.state();
    const gate = steps.find(({ id }) => id === 'test.gate.escaping');
    const held = { name: 'isolation', value: expect.stringMatching(/^(bubblewrap|namespaces), limits by cgroup/) };
    expect(gate).toMatchObject({ status: 'done' });
    expect(gate?.evidence).toEqual(
      expect.arrayContaining([expect.objectContaining(held), { name: 'limits reached', value: 'memory, processes' }]),
    );
    expect(steps.find(({ id }) => id === 'test.build')?.evidence).toContainEqual(held);
    expect(await processesWith(marker)).toEqual([]);
  } finally {
    server.close();
  }
});
