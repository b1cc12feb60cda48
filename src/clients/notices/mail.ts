import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Mail, MailServer } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { observedRequest } from '../observed.ts';
import { scrub, secretForms } from '../scrub.ts';
import { addressOf } from './addresses.ts';

/** SMTP's reply to a message that it took. */
const TAKEN = 250;

interface Sending {
  readonly allowPrivate: boolean;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** One message over one connection; answers whom the server did not take it for. */
export async function send(server: MailServer, mail: Mail, sending: Sending): Promise<{ rejected: readonly string[] }> {
  const { host, port, tls, login } = server;
  const limit = sending.seconds * 1000;
  const transport = createTransport({
    host: await addressOf(host, sending.allowPrivate),
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(isIP(host) ? {} : { servername: host }) },
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: limit,
    greetingTimeout: limit,
    socketTimeout: limit,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { from, to, subject, text, messageId, date } = mail;
    const message = {
      ...{ from, to: [...to], subject, text, messageId, date: new Date(date) },
      signal: sending.signal,
      headers: { 'Auto-Submitted': 'auto-generated' },
    };
    const asked = { system: 'mail', method: 'SEND', host: `${host}:${port}` };
    const sent = await observedRequest(
      asked,
      () => transport.sendMail(message),
      () => TAKEN,
    );
    return { rejected: [...(sent.rejected ?? [])] };
  } catch (error) {
    throw problemOf(error, server);
  } finally {
    transport.close();
  }
}

/** SMTP's own: 5xx is for good, 4xx and everything between here and the server is not. */
function problemOf(error: unknown, { host, port, login }: MailServer): unknown {
  if (!(error instanceof Error)) return error;
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  const words = scrub(error.message.replace(/\s+/g, ' ').slice(0, 400), secretForms(login ? [login.password] : []));
  const said = `the mail server ${host}:${port}: ${words}`;
  if (code === 'EAUTH' && (responseCode ?? 500) >= 500) return new Problem('credential-refused', said);
  const final = code === 'ETLS' || code === 'EENVELOPE' || (responseCode !== undefined && responseCode >= 500);
  return new Problem(final && (responseCode ?? 500) >= 500 ? 'channel-refused' : 'channel-unreachable', said);
}
