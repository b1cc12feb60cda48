import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A loopback port that nobody listens on at this moment, for a program that cannot pick one and say which. */
export function freePort(): Promise<number> {
  return claimPort(0);
}

/**
 * A loopback port that nobody listens on at this moment: this one, or any for 0. One that is taken is refused: whoever
 * connects to it would talk to another program, and not notice.
 */
export async function claimPort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening').catch((cause: Error) => {
    throw new Error(`Port ${wanted} is not to be had (${cause.message}): choose another, or end what listens there.`, {
      cause,
    });
  });
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
