import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import type { Installation } from '../../../src/sandbox/github/apps.ts';
import type { NewRepository } from '../../../src/sandbox/github/new-repository.ts';
import { type Github, type GithubOptions, startGithub } from '../../../src/sandbox/github/start.ts';
import { Journal } from '../../../src/sandbox/journal.ts';

const Client = Octokit.plugin(restEndpointMethods);
export type Client = InstanceType<typeof Client>;

export const TOKENS = {
  'token-rita': { login: 'rita', scopes: ['admin' as const] },
  'token-tom': { login: 'tom', scopes: ['write' as const] },
  'token-uma': { login: 'uma', scopes: ['read' as const] },
  'token-ci': { login: 'ci[bot]', scopes: ['write' as const] },
};

export const APP = { id: 4711, slug: 'slipway-app' };
export const APP_KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

/** A sandbox GitHub with `acme/sample` on it, and people who may do different things. */
export class TestGithub {
  readonly folder = mkdtempSync(join(tmpdir(), 'github-'));
  readonly journal = new Journal();
  readonly installation: Installation = {
    ...{ id: 1147, owner: 'acme' },
    permissions: { contents: 'write', issues: 'write', pull_requests: 'write' },
  };
  github!: Github;

  async start(options: Partial<GithubOptions> = {}): Promise<void> {
    this.github = await startGithub({
      state: join(this.folder, 'state'),
      users: [
        { login: 'rita', name: 'Rita Release', email: 'rita@example.org' },
        { login: 'tom', name: 'Tom Tester', email: 'tom@example.org' },
        { login: 'uma', name: 'Uma User', email: 'uma@example.org' },
        { login: 'ci[bot]', name: 'CI', email: 'ci@example.org', type: 'Bot' },
      ],
      tokens: TOKENS,
      apps: [{ ...APP, publicKey: APP_KEY.publicKey, installations: [this.installation] }],
      journal: this.journal,
      ...options,
    });
  }

  async createSample(wish: Partial<NewRepository> = {}): Promise<void> {
    const from = join(this.folder, `seed-${wish.name ?? 'sample'}`);
    await git(this.folder, 'init', '-q', '-b', 'main', from);
    writeFileSync(join(from, 'README.md'), '# Sample\n');
    await git(from, 'add', '.');
    await git(from, 'commit', '-q', '-m', 'chore: begin');
    await git(from, 'branch', 'develop');
    await this.github.createRepository({ owner: 'acme', name: 'sample', from, ...wish });
  }

  as(token: keyof typeof TOKENS | (string & {}) | undefined): Client {
    return new Client({ baseUrl: this.github.apiUrl, ...(token === undefined ? {} : { auth: token }) });
  }

  asApp(auth: object = { appId: APP.id, privateKey: APP_KEY.privateKey }): Client {
    return new Client({ baseUrl: this.github.apiUrl, authStrategy: createAppAuth, auth });
  }

  /** On another port, since clients keep connections to the old one. */
  async restart(...clones: string[]): Promise<void> {
    await this.github.close();
    await this.start();
    for (const clone of clones) await git(clone, 'remote', 'set-url', 'origin', `${this.github.url}/acme/sample.git`);
  }

  /** A clone whose pushes carry the token in a header, never in an address. */
  async clone(name: string, token: string, repository = 'sample'): Promise<string> {
    const header = `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
    await git(
      this.folder,
      '-c',
      `http.extraHeader=${header}`,
      'clone',
      '-q',
      `${this.github.url}/acme/${repository}.git`,
      name,
    );
    const clone = join(this.folder, name);
    await git(clone, 'config', 'http.extraHeader', header);
    return clone;
  }

  async stop(): Promise<void> {
    await this.github.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function git(cwd: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Rita Release',
    GIT_AUTHOR_EMAIL: 'rita@example.org',
    GIT_COMMITTER_NAME: 'Rita Release',
    GIT_COMMITTER_EMAIL: 'rita@example.org',
  };
  const { stdout } = await promisify(execFile)('git', args, { cwd, env });
  return stdout.trim();
}

/** A commit with one file on a branch of a clone. */
export async function commitFile(clone: string, branch: string, file: string, content: string): Promise<string> {
  await git(clone, 'checkout', '-q', '-B', branch);
  writeFileSync(join(clone, file), content);
  await git(clone, 'add', file);
  await git(clone, 'commit', '-q', '-m', `feat: ${file}`);
  return git(clone, 'rev-parse', 'HEAD');
}
