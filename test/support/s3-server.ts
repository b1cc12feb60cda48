import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { baseEnvironment } from '../../src/clients/command.ts';
import type { BucketPlace } from '../../src/clients/s3/bucket.ts';
import { ensureTestTools } from '../../tools/setup/python-tools.ts';

const BUCKET = 'store';
/** So few names a page that every longer list has several. */
const PAGE = '3';

export interface S3Server {
  readonly endpoint: string;
  /** A place of its own in the bucket, with a key file of its own. */
  place(): Promise<BucketPlace>;
  /** Around the store: what only somebody with the server's own key could do. */
  overwrite(name: string, text: string): Promise<void>;
  read(name: string): Promise<string>;
  close(): Promise<void>;
}

/** moto's server: it speaks S3, checks signatures and policies, and knows conditional writes. */
export async function startS3(): Promise<S3Server> {
  const program = join(await ensureTestTools(), 'moto_server');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-s3-'));
  const env = {
    ...baseEnvironment(),
    INITIAL_NO_AUTH_ACTION_COUNT: String(setUp.length),
    MOTO_S3_DEFAULT_MAX_KEYS: PAGE,
  };
  const server = execa(program, ['-H', '127.0.0.1', '-p', '0'], { cwd: folder, env, extendEnv: false, all: true });
  server.catch(() => undefined);
  const endpoint = await new Promise<string>((resolve, reject) => {
    server.all.on('data', (chunk) => {
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(String(chunk))?.[1];
      if (url) resolve(url);
    });
    server.then((end) => reject(new Error(`moto_server ended: ${end.all}`)), reject);
  });
  const answers: string[] = [];
  for (const step of setUp) answers.push(await step(endpoint));
  const user = keyIn(answers[1]!);
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: user });

  return {
    endpoint,
    async place() {
      const credentials = join(folder, `key-${randomUUID()}`);
      await writeFile(credentials, keyFile(user), { mode: 0o600 });
      const prefix = `${randomUUID()}/`;
      return { endpoint, bucket: BUCKET, prefix, region: 'us-east-1', addressing: 'path', credentials };
    },
    async overwrite(name, text) {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: name, Body: text }));
    },
    async read(name) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: name }));
      return Body!.transformToString();
    },
    async close() {
      server.kill();
      await server.catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function keyFile({ accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string }): string {
  return `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`;
}

function keyIn(xml: string): { accessKeyId: string; secretAccessKey: string } {
  const found = (name: string) => new RegExp(`<${name}>([^<]+)`).exec(xml)?.[1] ?? '';
  return { accessKeyId: found('AccessKeyId'), secretAccessKey: found('SecretAccessKey') };
}

/** What docs/configuration.md asks for: reading, putting and listing; never deleting. */
const POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` },
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${BUCKET}/*` },
  ],
};

/** Before policies hold, anybody is anybody: the header only says which service is meant. */
async function ask(endpoint: string, service: string, path: string, request: RequestInit): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=root/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const response = await fetch(endpoint + path, { ...request, headers: { ...request.headers, authorization } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return text;
}

const iam = (query: Record<string, string>) => (endpoint: string) => {
  const body = new URLSearchParams({ Version: '2010-05-08', ...query });
  return ask(endpoint, 'iam', '/', { method: 'POST', body });
};

const setUp = [
  iam({ Action: 'CreateUser', UserName: 'slipway' }),
  iam({ Action: 'CreateAccessKey', UserName: 'slipway' }),
  iam({ Action: 'PutUserPolicy', UserName: 'slipway', PolicyName: 'store', PolicyDocument: JSON.stringify(POLICY) }),
  (endpoint: string) => ask(endpoint, 's3', `/${BUCKET}`, { method: 'PUT' }),
];
