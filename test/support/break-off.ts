import { once } from 'node:events';
import { connect } from 'node:net';

/** An upload whose sender is gone after a few bytes of what it announced. */
export async function breakOff(url: string, token: string): Promise<void> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const head = [
    `POST ${pathname}${search} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${token}`,
    'content-type: application/octet-stream',
    'content-length: 5000',
  ];
  await new Promise((sent) => socket.write(`${head.join('\r\n')}\r\n\r\na few bytes`, sent));
  socket.destroy();
}
