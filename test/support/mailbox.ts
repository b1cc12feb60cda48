import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  /** As it came: headers, an empty line, the text. */
  readonly raw: string;
}

export const MAIL_USER = { user: 'releases', password: 'a mail password' };

/** A real SMTP server on this machine that keeps what it takes; `trouble` decides what it does with the next message. */
export async function openMailbox(options: SMTPServerOptions = {}) {
  const received: ReceivedMail[] = [];
  const trouble: { next: (() => Error | 'hang up') | undefined } = { next: undefined };
  const server = new SMTPServer({
    disableReverseLookup: true,
    authOptional: true,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, callback) {
      if (username === MAIL_USER.user && password === MAIL_USER.password) callback(null, { user: username });
      else callback(Object.assign(new Error(`no: ${password}`), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, callback) {
      if (address.startsWith('gone@')) callback(Object.assign(new Error('no such user'), { responseCode: 550 }));
      else callback();
    },
    onData(stream, session, callback) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const planned = trouble.next?.();
        trouble.next = undefined;
        if (planned instanceof Error) return callback(planned);
        received.push({
          from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(({ address }) => address),
          user: session.user,
          secure: session.secure,
          raw: Buffer.concat(pieces).toString('utf8'),
        });
        // Taken, and the answer is lost.
        if (planned === 'hang up') for (const one of server.connections) one.close();
        else callback();
      });
    },
    ...options,
  });
  server.on('error', () => {}); // a client that leaves in the middle
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    trouble,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

export function headerOf({ raw }: ReceivedMail, name: string): string | undefined {
  const [head = ''] = raw.replace(/\r\n[ \t]+/g, ' ').split('\r\n\r\n');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
}
