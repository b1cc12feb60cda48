import { mkdtemp } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../own-folder.ts';
import { RELAY_SOCKET, type Relay } from './mounts.ts';

/** A server that sees no network is reached all the same: its port, on this machine's loopback, leads to its own through a socket file. */
export async function openRelay(port: number): Promise<Relay & { close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-')); // short: a socket's path has room for a hundred bytes
  const open = new Set<Socket>();
  const server = createServer((outside) => {
    const inside = connect(join(folder, RELAY_SOCKET));
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => open.delete(one));
      one.pipe(other);
    }
    inside.on('close', () => outside.destroySoon());
  });
  await listening(server, port);
  return {
    ...{ folder, port },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await removeTree(folder);
    },
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
