import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATIENCE_MS = 600_000;

/** Where a gate knocks and waits until it is opened: who stands there is seen, and who has gone. */
export async function openDoor() {
  const waiting = new Set<ServerResponse>();
  let gone = 0;
  let knocks = 0;
  let opened = false;
  const seen = new EventEmitter();
  const server = createServer((_, answer) => {
    knocks += 1;
    if (opened) return void answer.end('come in');
    waiting.add(answer);
    answer.once('close', () => {
      gone += 1;
      seen.emit('change');
    });
    seen.emit('change');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const until = async (reached: () => boolean) => {
    while (!reached()) await once(seen, 'change', { signal: AbortSignal.timeout(PATIENCE_MS) });
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get knocks() {
      return knocks;
    },
    knocked: (count: number) => until(() => knocks >= count),
    left: (count: number) => until(() => gone >= count),
    /** To whoever comes from now on, not to those who wait. */
    open() {
      opened = true;
    },
    /** To those who wait, and nobody else. */
    letIn() {
      for (const answer of waiting) answer.end('come in');
      waiting.clear();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
