import { type ClientRequest, type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { isIPv6 } from 'node:net';
import { Problem } from '../../domain/problem.ts';
import { retryAfter } from '../http.ts';
import { observedRequest } from '../observed.ts';
import { addressOf } from './addresses.ts';

export interface Posting {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How the target is called in words: an address that is a secret is in none. */
  readonly name: string;
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
}

const WORDS = 300;
const LARGEST_ANSWER = 64 * 1024;

/** One POST, to the address that was judged; a redirect is an answer like any other, and none that is taken. */
export async function post(posting: Posting): Promise<void> {
  const { url, headers, body, name, allowPrivate, signal } = posting;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const address = await addressOf(host, allowPrivate);
  const asked = (url.protocol === 'https:' ? secure : plain)(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    signal,
    agent: false,
    lookup: (_host, { all }, found) => {
      const family = isIPv6(address) ? 6 : 4;
      if (all) found(null, [{ address, family }]);
      else found(null, address, family);
    },
  });
  const { status, retry, words } = await observedRequest(
    { system: 'channel', method: 'POST', host: url.host },
    () => answerTo(asked, body),
    (answer) => answer.status,
  ).catch((error: NodeJS.ErrnoException) => {
    throw new Problem('channel-unreachable', `${name} did not answer: ${error.code ?? error.name}`);
  });
  if (status >= 200 && status < 300) return;
  const said = `${name} answered ${status}${words === '' ? '' : `: ${words}`}`;
  if (status >= 300 && status < 400)
    throw new Problem('channel-refused', `${name} leads elsewhere (${status}), and no redirect is followed`);
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) throw new Problem('channel-refused', said);
  throw new Problem('channel-unreachable', said, retry === undefined ? {} : { retryAfterSeconds: retry });
}

async function answerTo(asked: ClientRequest, body: string) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).once('error', reject).end(body);
  });
  const header = answer.headers['retry-after'];
  return {
    status: answer.statusCode ?? 0,
    retry: header === undefined ? undefined : retryAfter(new Headers({ 'retry-after': header })),
    words: await beginningOf(answer),
  };
}

/** No more is read than is said of it. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  let read = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    read += piece.length;
    if (text.length < WORDS) text += piece.toString('utf8');
    if (read > LARGEST_ANSWER) break;
  }
  answer.destroy();
  return text.replace(/\s+/g, ' ').trim().slice(0, WORDS);
}
