import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitServer {
  readonly url: string;
  readonly headers: (string | undefined)[];
  /** The next requests answer this status instead. */
  fail(status: number | 'redirect', path?: RegExp): void;
  recover(): void;
  close(): Promise<void>;
}

/** git's own http-backend over a folder of bare repositories: the token `writer` may push, `reader` may not. */
export async function startGitServer(root: string): Promise<GitServer> {
  let fault: { status: number | 'redirect'; path: RegExp } | undefined;
  const headers: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers.authorization);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const login = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
    const push = pathname.endsWith('receive-pack') || searchParams.get('service') === 'git-receive-pack';
    if (fault?.path.test(request.url ?? '')) {
      if (fault.status === 'redirect') return end(response, 302, { location: `/elsewhere${request.url}` });
      return end(response, fault.status);
    }
    if (!['x-access-token:writer', 'x-access-token:reader'].includes(login)) {
      return end(response, 401, { 'www-authenticate': 'Basic realm="git"' });
    }
    if (push && login !== 'x-access-token:writer') return end(response, 403);
    backend(root, request, response, pathname, searchParams);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers,
    fail(status, path = /./) {
      fault = { status, path };
    },
    recover() {
      fault = undefined;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end();
}

function backend(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): void {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      PATH_INFO: path,
      QUERY_STRING: query.toString(),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      REMOTE_USER: 'pusher',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const split = head.indexOf('\r\n\r\n');
    if (split < 0) return;
    const lines = head.subarray(0, split).toString().split('\r\n');
    const fields = Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]));
    const { Status: status = '200', ...rest } = fields;
    response.writeHead(Number(status.slice(0, 3)), rest);
    response.write(head.subarray(split + 4));
  });
  child.stdout.on('end', () => response.end());
}
