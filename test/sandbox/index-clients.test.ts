import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Distribution, sdist, wheel } from '../support/distribution.ts';
import { pythonTools } from '../support/python-tools.ts';
import { runTool, type ToolEnd } from '../support/run-tool.ts';
import { ANN, freshIndex } from './index-setup.ts';

// What users and Slipway run against an index: twine, uv and pip themselves.
const world = freshIndex();

beforeEach(() => {
  mkdirSync(join(world.folder, 'changed'));
});

function twine(files: readonly Distribution[], token = ANN): Promise<ToolEnd> {
  const env = { TWINE_NON_INTERACTIVE: '1', TWINE_USERNAME: '__token__', TWINE_PASSWORD: token };
  const to = ['--disable-progress-bar', '--repository-url', world.index.uploadUrl];
  return runTool('twine', ['upload', ...to, ...files.map(({ file }) => file)], { cwd: world.folder, env });
}

function uvPublish(files: readonly Distribution[], ...more: string[]): Promise<ToolEnd> {
  const args = ['publish', '--publish-url', world.index.uploadUrl, ...more, ...files.map(({ file }) => file)];
  return runTool('uv', args, { cwd: world.folder, env: { UV_PUBLISH_TOKEN: ANN } });
}

async function environment(): Promise<string> {
  const folder = join(world.folder, 'env');
  expect(await uv('venv', '--python', join(pythonTools, 'python'), folder)).toMatchObject({ code: 0 });
  return folder;
}

function uv(...args: string[]): Promise<ToolEnd> {
  return runTool('uv', ['--no-cache', ...args], { cwd: world.folder });
}

async function uvInstall(env: string, ...wanted: string[]): Promise<ToolEnd> {
  return uv('pip', 'install', '--python', env, '--index-url', world.index.simpleUrl, ...wanted);
}

async function yank(version: string): Promise<void> {
  const { url } = world.index;
  const body = new URLSearchParams({ username: 'ann', password: 'password-of-ann' });
  const login = await fetch(`${url}/account/login/`, { method: 'POST', body, redirect: 'manual' });
  const headers = { cookie: login.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const html = await (await fetch(`${url}/manage/project/sample/releases/`, { headers })).text();
  const csrf_token = /name="csrf_token" value="([0-9a-f]+)"/.exec(html)?.[1] ?? '';
  const form = new URLSearchParams({ csrf_token, confirm_yank_version: version, yanked_reason: 'broken' });
  await fetch(`${url}/manage/project/sample/release/${version}/`, { method: 'POST', headers, body: form });
}

const stored = () => world.journal.changes().map(({ target }) => target);

test('twine: uploads a release, repeats it without a second store, and is told why other bytes are refused', async () => {
  const files = [wheel(world.folder), await sdist(world.folder)];

  expect(await twine(files)).toMatchObject({ code: 0 });
  expect(await twine(files)).toMatchObject({ code: 0 });
  expect(stored()).toEqual(files.map(({ filename }) => filename));

  const refused = await twine([wheel(join(world.folder, 'changed'), { text: 'changed' })]);
  expect(refused.code).toBe(1);
  expect(refused.output.replace(/\s+/g, ' ')).toContain(
    "File already exists ('sample-1.2.0-py3-none-any.whl', with blake2_256 hash",
  );
  expect(stored()).toHaveLength(2);
});

test('twine: is refused with a wrong token', async () => {
  const refused = await twine([wheel(world.folder)], 'wrong');

  expect(refused.code).toBe(1);
  expect(refused.output.replace(/\s+/g, ' ')).toContain('Invalid or non-existent authentication information');
});

test('twine: its own second attempt after a lost answer stores nothing twice', async () => {
  world.journal.fault({ server: 'index', when: 'after', status: 503, times: 1 });

  expect(await twine([wheel(world.folder)])).toMatchObject({ code: 0 });
  expect(stored()).toHaveLength(1);
});

test('uv: publishes, skips what is there, and refuses other bytes before it sends them', async () => {
  const files = [wheel(world.folder), await sdist(world.folder)];
  const check = ['--check-url', world.index.simpleUrl, '--no-cache'];

  expect(await uvPublish(files)).toMatchObject({ code: 0 });
  expect(await uvPublish(files)).toMatchObject({ code: 0 });
  const again = await uvPublish(files, ...check);
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('already exists, skipping') });
  expect(stored()).toHaveLength(2);

  const refused = await uvPublish([wheel(join(world.folder, 'changed'), { text: 'changed' })], ...check);
  expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('do not match') });
});

test('pip: installs by name, and reads the metadata before the file', async () => {
  await world.upload(wheel(world.folder));
  const env = await environment();
  const python = join(env, 'bin', 'python');
  const args = ['--isolated', '--python', python, 'install', '--no-cache-dir', '--disable-pip-version-check', '-v'];

  const installed = await runTool('pip', [...args, '--index-url', world.index.simpleUrl, 'Sample==1.2'], {
    cwd: world.folder,
  });

  expect(installed.code, installed.output).toBe(0);
  expect(installed.output).toContain('sample-1.2.0-py3-none-any.whl.metadata');
  expect(installed.output).toContain('Successfully installed');
});

test('uv: installs by address and hash, and refuses bytes that differ from the hash', async () => {
  const file = wheel(world.folder);
  await world.upload(file);
  const env = await environment();
  const { files } = (await (await world.simple()).json()) as { files: { url: string }[] };
  const address = `sample @ ${files[0]?.url}#sha256=`;

  expect(await uvInstall(env, `${address}${'0'.repeat(64)}`)).toMatchObject({ code: 1 });
  expect(await uvInstall(env, `${address}${file.sha256}`)).toMatchObject({ code: 0 });
});

test('uv: passes over a yanked release, unless it is asked for by its very version', async () => {
  await world.upload(wheel(world.folder, { version: '1.1.0' }));
  await world.upload(wheel(world.folder));
  await yank('1.2.0');
  const env = await environment();

  expect(await uvInstall(env, 'sample')).toMatchObject({ code: 0, output: expect.stringContaining('sample==1.1.0') });
  expect(await uvInstall(env, 'sample==1.2.0')).toMatchObject({ code: 0, output: expect.stringContaining('broken') });
});

test('the bundled sample project: built, published and installed, it reports its version', async () => {
  const source = join(world.folder, 'pynomaly-lite');
  cpSync(join(import.meta.dirname, '../../samples/pynomaly-lite'), source, { recursive: true });
  const python = ['--python', join(pythonTools, 'python')];
  const built = await uv('build', '--offline', '--no-build-isolation', ...python, '--out-dir', 'dist', source);
  expect(built.code, built.output).toBe(0);

  const stem = join(world.folder, 'dist', 'pynomaly_lite-0.1.0');
  const files = [`${stem}-py3-none-any.whl`, `${stem}.tar.gz`].map((file) => ({ file, filename: '', sha256: '' }));
  expect(await twine(files)).toMatchObject({ code: 0 });
  const env = await environment();
  expect(await uvInstall(env, 'pynomaly-lite')).toMatchObject({ code: 0 });

  const said = await runTool(join(env, 'bin', 'python'), ['-m', 'pynomaly_lite', '--version']);
  expect(said.output).toBe('pynomaly-lite 0.1.0\n');
});
