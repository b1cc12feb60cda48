import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { imageName } from '../../src/clients/registry/image-name.ts';
import { createRegistry } from '../../src/clients/registry/registry-client.ts';
import { type Listening, listen } from '../../src/sandbox/listen.ts';
import { ociArchive } from '../support/oci-image.ts';

let folder: string;
let server: Listening;
let realm: string | undefined;
const asked: { scope: string | undefined; authorization: string | undefined }[] = [];
const registry = createRegistry();

/** As GitHub's and Docker's registries do: a 401 names where a token for this very thing is to be had. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-tokens-'));
  asked.length = 0;
  realm = undefined;
  const app = new Hono()
    .get('/token', (c) => {
      asked.push({ scope: c.req.query('scope'), authorization: c.req.header('authorization') });
      return c.json({ token: `token-for-${c.req.query('scope')}` });
    })
    .all('/v2/*', async (c, next) => {
      const action = c.req.method === 'GET' || c.req.method === 'HEAD' ? 'pull' : 'pull,push';
      const scope = `repository:acme/sample:${action}`;
      const given = c.req.header('authorization');
      if (given?.startsWith(`Bearer token-for-${scope}`)) return next();
      const service = `realm="${realm ?? `${server.url}/token`}",service="registry",scope="${scope}"`;
      return c.json({ errors: [{ code: 'UNAUTHORIZED' }] }, 401, { 'www-authenticate': `Bearer ${service}` });
    })
    .get('/v2/acme/sample/tags/list', (c) => {
      const first = c.req.query('last') === undefined;
      const link = '</v2/acme/sample/tags/list?last=1.1.0&n=1>; rel="next"';
      return c.json({ tags: [first ? '1.1.0' : '1.2.0'] }, 200, first ? { link } : {});
    })
    .post('/v2/acme/sample/blobs/uploads/', (c) => c.json({ errors: [{ code: 'DENIED', message: 'read only' }] }, 403))
    .notFound((c) => c.json({ errors: [{ code: 'NAME_UNKNOWN' }] }, 404));
  server = await listen(app);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const image = (token?: string) => ({
  name: `${new URL(server.url).host}/acme/sample`,
  ...(token === undefined ? {} : { token }),
});

test('registry: a bearer challenge is answered with the credential at the place that it names', async () => {
  expect(await registry.tags(image('robot:secret-word'))).toEqual(['1.1.0', '1.2.0']);
  const authorization = `Basic ${Buffer.from('robot:secret-word').toString('base64')}`;
  expect(asked).toEqual([{ scope: 'repository:acme/sample:pull', authorization }]);
});

test('registry: a public image is read without a credential', async () => {
  expect(await registry.tags(image())).toHaveLength(2);
  expect(asked).toEqual([{ scope: 'repository:acme/sample:pull', authorization: undefined }]);
});

test('registry: a token for reading is exchanged for one for writing, and a missing right is said in its words', async () => {
  const archive = join(folder, 'image.tar');
  await ociArchive(archive, { content: 'any' });
  await expect(registry.push(image('bare-token'), archive)).rejects.toMatchObject({
    code: 'permission-missing',
    message: expect.stringContaining('read only'),
  });
  expect(asked.map(({ scope }) => scope)).toEqual(['repository:acme/sample:pull', 'repository:acme/sample:pull,push']);
});

test('registry: the credential is not sent to a token server that others can listen to', async () => {
  realm = 'http://tokens.example.org/token';
  await expect(registry.tags(image('robot:secret-word'))).rejects.toMatchObject({ code: 'registry-refused' });
});

test.each([
  ['ghcr.io/acme/sample', 'https://ghcr.io', 'acme/sample'],
  ['docker.io/acme/sample', 'https://registry-1.docker.io', 'acme/sample'],
  ['127.0.0.1:5000/sample', 'http://127.0.0.1:5000', 'sample'],
  ['registry.internal:5000/a/b/c', 'https://registry.internal:5000', 'a/b/c'],
])('registry: %s is talked to at %s', (name, origin, repository) => {
  expect(imageName(name)).toEqual({ origin, repository });
});

test.each(['sample', 'acme/sample', 'ghcr.io/Acme/sample', 'ghcr.io/', 'ghcr.io/acme/sample:1.2.0'])(
  'registry: %s is no image name',
  (name) => {
    expect(() => imageName(name)).toThrow(expect.objectContaining({ code: 'configuration-invalid' }));
  },
);
