import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AppAccess, GitHubAccess } from '../../src/activities/ports.ts';
import { createGitRemote } from '../../src/clients/git/remote.ts';
import { createGitHub } from '../../src/clients/github/github-client.ts';
import { createInstallations } from '../../src/clients/github/installations.ts';
import { APP, APP_KEY, commitFile, git, TestGithub } from '../sandbox/github/world.ts';

const world = new TestGithub();
const github = createGitHub();
const GRANTED = { contents: 'write', issues: 'write', pull_requests: 'write' };

beforeAll(async () => {
  await world.start();
  await world.createSample({ rules: [{ branch: 'main', approvals: 1 }] });
  await world.createSample({ name: 'other', private: true });
});
afterAll(() => world.stop());
beforeEach(() => {
  world.installation.permissions = { ...GRANTED, organization_projects: 'write' };
  world.installation.suspended = false;
});

const app = (more: Partial<AppAccess> = {}): AppAccess => ({
  ...{ apiUrl: world.github.apiUrl, owner: 'acme', repo: 'sample', id: APP.id, key: APP_KEY.privateKey },
  ...more,
});

async function access(installations = createInstallations(), permissions: object = GRANTED): Promise<GitHubAccess> {
  const given = await installations.token(app(), permissions as Record<string, string>);
  return { apiUrl: world.github.apiUrl, owner: 'acme', repo: 'sample', ...given };
}

describe('an installation', () => {
  test('gives a token for one repository, which is used until shortly before its end', async () => {
    const installations = createInstallations();
    const before = world.github.appTokens().length;
    const [first, second] = [await access(installations), await access(installations)];
    expect(second.token).toBe(first.token);
    expect(world.github.appTokens()).toHaveLength(before + 1);
    expect(await github.repository(first)).toMatchObject({ login: '', permissions: { push: true } });
    await expect(github.repository({ ...first, repo: 'other' })).rejects.toMatchObject({ code: 'permission-missing' });
  });

  test('has only the permissions that were asked for', async () => {
    const held = await access(createInstallations(), { contents: 'write' });
    const issue = github.createIssue(held, { title: 'x', body: 'x', labels: [] });
    await expect(issue).rejects.toMatchObject({ code: 'permission-missing' });
    expect(await github.createIssue(await access(), { title: 'x', body: 'x', labels: [] })).toMatchObject({
      title: 'x',
    });
  });

  test('whose token has ended gives another, and what was refused is asked once more', async () => {
    const held = await access();
    world.github.endAppTokens();
    expect(await github.createIssue(held, { title: 'once', body: 'x', labels: [] })).toMatchObject({ title: 'once' });
    const titles = (await github.issues(held, { state: 'all' })).map(({ title }) => title);
    expect(titles.filter((title) => title === 'once')).toHaveLength(1);
  });

  test('whose token has ended under git’s hands gives another', async () => {
    const held = await access();
    world.github.endAppTokens();
    const clone = await world.clone('app', 'token-rita');
    const sha = await commitFile(clone, 'release/v9', 'nine.md', 'nine');
    const remote = createGitRemote();
    const at = { url: `${world.github.url}/acme/sample.git`, token: held.token, renew: held.renew! };
    await remote.push(at, join(clone, '.git'), [{ ref: 'refs/heads/release/v9', expected: null, new: sha }]);
    expect(await remote.refs(at, ['refs/heads/release/v9'])).toEqual({ 'refs/heads/release/v9': sha });
  });

  test('that is not there, is suspended or lacks what is asked for, is named', async () => {
    const installations = createInstallations();
    await expect(installations.granted(app({ repo: 'nobodys' }))).rejects.toMatchObject({ code: 'permission-missing' });
    const lacking = installations.token(app(), { ...GRANTED, discussions: 'write' });
    await expect(lacking).rejects.toMatchObject({ code: 'permission-missing' });
    world.installation.suspended = true;
    await expect(installations.granted(app())).rejects.toMatchObject({
      code: 'permission-missing',
      message: /suspended/,
    });
    await expect(access(installations)).rejects.toMatchObject({ code: 'permission-missing' });
  });

  test('is not given to another key, nor to one that is none; and no key is in what is said', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const key = other.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const wrong of [key, '-----BEGIN RSA PRIVATE KEY-----\nnonsense\n-----END RSA PRIVATE KEY-----\n']) {
      const error = await createInstallations()
        .granted(app({ key: wrong }))
        .catch((each: unknown) => each as Error);
      expect(error).toMatchObject({ code: 'credential-refused' });
      expect(JSON.stringify([error, String(error)])).not.toContain(wrong.split('\n')[1]);
    }
  });
});

test('a protected branch moves by a pull request that the App opens, and a board takes what it puts there', async () => {
  const held = await access(createInstallations(), { ...GRANTED, organization_projects: 'write' });
  const clone = await world.clone('protected', held.token);
  await commitFile(clone, 'change', 'change.md', 'change');
  await git(clone, 'push', '-q', 'origin', 'change');
  await expect(git(clone, 'push', '-q', 'origin', 'change:main')).rejects.toThrow(/protected|rule/i);
  const pull = await github.createPullRequest(held, { head: 'change', base: 'main', title: 'Change', body: 'All' });
  expect(pull.author).toBe('slipway-app[bot]');
  const { number } = await world.github.addBoard('acme', 'sample', { title: 'Releases', fields: { Status: ['Done'] } });
  const board = await github.board(held, { owner: 'acme', number, field: 'Status' });
  const [issue] = (await world.as('token-rita').rest.issues.listForRepo({ owner: 'acme', repo: 'sample' })).data;
  await github.addToBoard(held, board, issue!.node_id);
  await expect(github.addToBoard(await access(), board, issue!.node_id)).rejects.toMatchObject({
    code: 'permission-missing',
  });
});

describe('the sandbox refuses a JWT as GitHub does', () => {
  const jwt = (claims: object, key: KeyObject | string = APP_KEY.privateKey, header: object = { alg: 'RS256' }) => {
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  };
  const now = () => Math.floor(Date.now() / 1000);
  const ask = async (token: string) => {
    const url = `${world.github.apiUrl}/repos/acme/sample/installation`;
    return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
  };

  test.each([
    ['that is as it should be', () => jwt({ iss: APP.id, iat: now() - 30, exp: now() + 540 }), 200],
    ['of an App that is not known', () => jwt({ iss: 1, iat: now() - 30, exp: now() + 540 }), 404],
    ['that has ended', () => jwt({ iss: APP.id, iat: now() - 900, exp: now() - 300 }), 401],
    ['that lasts longer than ten minutes', () => jwt({ iss: APP.id, iat: now() - 30, exp: now() + 700 }), 401],
    ['from the future', () => jwt({ iss: APP.id, iat: now() + 120, exp: now() + 300 }), 401],
    [
      'without algorithm',
      () => jwt({ iss: APP.id, iat: now() - 30, exp: now() + 540 }, undefined, { alg: 'none' }),
      401,
    ],
    ['that is a token', () => 'token-rita', 401],
  ])('%s', async (_, token, status) => {
    expect(await ask(token())).toBe(status);
  });
});
