import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { gitEnvironment } from './command.ts';

export interface BackendRequest {
  /** The folder above the bare repository, and what follows it in the address. */
  root: string;
  path: string;
  method: string;
  query: string;
  contentType: string;
  contentEncoding: string | undefined;
  protocol: string | undefined;
  user: string | undefined;
  body: Readable | Uint8Array | undefined;
  env?: Record<string, string>;
}

export interface BackendAnswer {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  /** Ends the program, where nobody reads on. */
  stop(): void;
}

/** `git http-backend`, the CGI program that speaks git's smart HTTP. */
export async function gitBackend(request: BackendRequest): Promise<BackendAnswer> {
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: gitEnvironment({
      GIT_PROJECT_ROOT: request.root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: request.path,
      REQUEST_METHOD: request.method,
      QUERY_STRING: request.query,
      CONTENT_TYPE: request.contentType,
      ...(request.contentEncoding === undefined ? {} : { HTTP_CONTENT_ENCODING: request.contentEncoding }),
      ...(request.protocol === undefined ? {} : { GIT_PROTOCOL: request.protocol }),
      ...(request.user === undefined ? {} : { REMOTE_USER: request.user }),
      ...request.env,
    }),
  });
  child.stdin.on('error', () => {}); // it may have heard enough
  if (request.body === undefined || request.body instanceof Uint8Array) child.stdin.end(request.body);
  else request.body.on('error', () => child.kill()).pipe(child.stdin);

  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const { head, rest } = await readHead(chunks);
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const { status = '200', ...others } = headers;
  return {
    status: Number.parseInt(status, 10),
    headers: others,
    body: remaining(rest, chunks),
    stop: () => child.kill(),
  };
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<{ head: string; rest: Buffer }> {
  let seen = Buffer.alloc(0);
  for (;;) {
    const end = seen.indexOf('\r\n\r\n');
    if (end >= 0) return { head: seen.subarray(0, end).toString('utf8'), rest: seen.subarray(end + 4) };
    const { value, done } = await chunks.next();
    if (done) throw new Error('git http-backend ended without an answer');
    seen = Buffer.concat([seen, value]);
  }
}

async function* remaining(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}
