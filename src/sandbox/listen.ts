import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

// biome-ignore lint/suspicious/noExplicitAny: an app of any environment
type Fetch = (request: Request, env: any) => Response | Promise<Response>;

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves an app to this machine only; without a port on a free one. */
export async function listen(app: { fetch: Fetch }, port = 0): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${bound}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
