import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Identity } from '../../src/sandbox/github/actions/identity.ts';
import { TrustedPublishers } from '../../src/sandbox/index/trusted-publishers.ts';
import { listen } from '../../src/sandbox/listen.ts';

const CLAIMS = {
  repository: 'acme/sample',
  job_workflow_ref: 'acme/sample/.github/workflows/publish.yml@refs/tags/v1.2.0',
  environment: 'pypi',
};

let now = new Date();
let identity: Identity;
let publishers: TrustedPublishers;
let close: () => Promise<void>;

beforeAll(async () => {
  identity = await Identity.make();
  const issuer = await listen(identity.routes());
  identity.at(issuer.url);
  close = issuer.close;
  publishers = new TrustedPublishers('pypi', () => now);
  const place = { repository: 'acme/sample', workflow: 'publish.yml', environment: 'pypi' };
  publishers.trust({ project: 'Sample', user: 'acme', issuer: identity.issuer, ...place });
});

afterAll(() => close());

async function wordOf(claims: object = CLAIMS, audience = 'pypi'): Promise<string> {
  const { url, token } = identity.admit(claims as Record<string, string>);
  const answer = await fetch(`${url}&audience=${audience}`, { headers: { authorization: `bearer ${token}` } });
  return ((await answer.json()) as { value: string }).value;
}

async function minted(token: unknown) {
  const body = JSON.stringify({ token });
  const answer = await publishers.routes().request('/_/oidc/mint-token', { method: 'POST', body });
  return { status: answer.status, ...((await answer.json()) as { token?: string; errors?: { code: string }[] }) };
}

test('a job of the trusted workflow gets a token for that project, which holds for a quarter of an hour', async () => {
  const { status, token } = await minted(await wordOf());
  expect(status).toBe(200);
  expect(publishers.grants()[token!]).toEqual({ user: 'acme', projects: ['sample'] });
  now = new Date(now.getTime() + 901_000);
  expect(publishers.grants()[token!]).toBeUndefined();
  now = new Date();
});

test("a job's word holds once", async () => {
  const word = await wordOf();
  expect((await minted(word)).status).toBe(200);
  expect(await minted(word)).toMatchObject({ status: 422, errors: [{ code: 'invalid-reuse-token' }] });
});

test.each([
  ['of another repository', { ...CLAIMS, repository: 'mallory/sample' }],
  ['of another workflow', { ...CLAIMS, job_workflow_ref: 'acme/sample/.github/workflows/other.yml@refs/heads/main' }],
  ['of another environment', { ...CLAIMS, environment: 'staging' }],
])('a job %s gets no token', async (_, claims) => {
  expect(await minted(await wordOf(claims))).toMatchObject({ status: 422, errors: [{ code: 'invalid-publisher' }] });
});

test('a word for somebody else, or by somebody else, is none', async () => {
  const { privateKey } = await generateKeyPair('RS256');
  const forged = new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(identity.issuer)
    .setAudience('pypi');
  const words = [
    await wordOf(CLAIMS, 'testpypi'),
    await forged.setJti('1').setIssuedAt().setExpirationTime('5m').sign(privateKey),
    'nonsense',
  ];
  for (const word of words) {
    expect(await minted(word)).toMatchObject({ status: 422, errors: [{ code: 'invalid-token' }] });
  }
  expect(await minted(undefined)).toMatchObject({ status: 422, errors: [{ code: 'invalid-payload' }] });
});
