import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { baseEnvironment, run } from '../../src/clients/command.ts';
import { breakOff } from './break-off.ts';
import { pythonTools } from './python-tools.ts';
import type { Files } from './release-sample.ts';
import type { World } from './world.ts';

/** A person with a clone and the usual tools: git, uv, twine, curl. */
export class ByHand {
  readonly #world: World;
  readonly #project: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'slipway-by-hand-'));

  constructor(world: World, project: string) {
    this.#world = world;
    this.#project = project;
  }

  get clone(): string {
    return join(this.#folder, 'clone');
  }

  async cloned(): Promise<this> {
    const { url } = this.#world.servers.github;
    await this.#run('git', ['clone', '--quiet', `${url}/acme/${this.#project}.git`, this.clone], this.#folder);
    return this;
  }

  /** On a branch, which is made from `from` where it is given. */
  async commit(branch: string, message: string, files: Files, from?: string): Promise<string> {
    await this.git('checkout', '--quiet', ...(from === undefined ? [branch] : ['-b', branch, from]));
    this.write(files);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', message);
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  write(files: Files): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.clone, path)), { recursive: true });
      writeFileSync(join(this.clone, path), content);
    }
  }

  /** develop into main, and the version in its files: as far as most people get. */
  async mergeAndBump(files: Files): Promise<string> {
    await this.git('checkout', '--quiet', 'main');
    await this.git('merge', '--quiet', '--no-edit', 'origin/develop');
    const commit = await this.commit('main', 'chore: release 1.1.0', files);
    await this.git('push', '--quiet', 'origin', 'main');
    return commit;
  }

  async tag(name: string, commit: string): Promise<void> {
    await this.git('tag', '--annotate', name, '--message', name, commit);
    await this.git('push', '--quiet', 'origin', name);
  }

  /** The paths of wheel and sdist, as the tree lies there. */
  async build(): Promise<{ wheel: string; sdist: string }> {
    const out = mkdtempSync(join(this.#folder, 'dist-'));
    await this.#run('uv', ['build', '--quiet', '--out-dir', out, this.clone], this.#folder);
    const file = (ending: string) => join(out, readdirSync(out).find((name) => name.endsWith(ending))!);
    return { wheel: file('.whl'), sdist: file('.tar.gz') };
  }

  async upload(...files: string[]): Promise<void> {
    const { servers, keys } = this.#world;
    const where = ['--disable-progress-bar', '--repository-url', servers.index.uploadUrl];
    await this.#run('twine', ['upload', ...where, '-u', '__token__', '-p', keys.index, ...files], this.#folder);
  }

  async draft(tag: string, further: object = {}): Promise<{ id: number; upload_url: string }> {
    const body = JSON.stringify({
      tag_name: tag,
      name: 'By hand',
      body: 'Written by a person.',
      draft: true,
      ...further,
    });
    const url = `${this.#world.servers.github.apiUrl}/repos/acme/${this.#project}/releases`;
    return JSON.parse(await this.#curl('-H', 'content-type: application/json', '-d', body, url));
  }

  async attach({ upload_url }: { upload_url: string }, name: string, file: string): Promise<void> {
    const url = upload_url.replace(/\{.*/, `?name=${name}`);
    await this.#curl('-H', 'content-type: application/octet-stream', '--data-binary', `@${file}`, url);
  }

  attachBroken({ upload_url }: { upload_url: string }, name: string): Promise<void> {
    return breakOff(upload_url.replace(/\{.*/, `?name=${name}`), this.#world.keys.people.tom!.githubToken);
  }

  async git(...args: string[]): Promise<string> {
    const basic = Buffer.from(`x-access-token:${this.#world.keys.people.tom!.githubToken}`).toString('base64');
    const settings = ['user.name=Kim', 'user.email=kim@acme.example', `http.extraHeader=Authorization: Basic ${basic}`];
    return this.#run('git', [...settings.flatMap((one) => ['-c', one]), ...args], this.clone);
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #curl(...args: string[]): Promise<string> {
    const token = this.#world.keys.people.tom!.githubToken;
    const always = ['--silent', '--show-error', '--fail-with-body', '-H', `authorization: Bearer ${token}`];
    return this.#run('curl', [...always, ...args], this.#folder);
  }

  async #run(program: string, args: readonly string[], cwd: string): Promise<string> {
    const base = baseEnvironment();
    const env = { ...base, PATH: `${pythonTools}:${base.PATH}`, HOME: this.#folder, UV_NO_CONFIG: '1', NO_COLOR: '1' };
    const own = ['uv', 'twine'].includes(program) ? resolve(pythonTools, program) : program;
    const end = await run(own, args, { cwd, env, timeoutSeconds: 120 });
    if (end.exitCode === 0) return end.stdout;
    throw new Error(`${program} ${args.join(' ')}: ${end.exitCode}: ${end.stdout}${end.stderr}`);
  }
}
