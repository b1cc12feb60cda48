import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspaces } from '../../src/clients/workspaces.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'workspaces-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('copyFrom: modes, times and links are kept, links as links, and a pipe that project code left stops nobody', async () => {
  const source = join(root, 'source');
  mkdirSync(join(source, 'bin'), { recursive: true });
  writeFileSync(join(source, 'bin', 'tool'), 'x', { mode: 0o755 });
  symlinkSync('/etc/passwd', join(source, 'link'));
  execFileSync('mkfifo', [join(source, 'pipe')]);
  const workspace = await (await openWorkspaces(join(root, 'work'))).open();
  await workspace.copyFrom(source, 'copy');
  const copy = join(workspace.folder, 'copy');
  expect(lstatSync(join(copy, 'bin', 'tool')).mode & 0o777).toBe(0o755);
  expect(lstatSync(join(copy, 'bin', 'tool')).mtimeMs).toBeCloseTo(lstatSync(join(source, 'bin', 'tool')).mtimeMs, 0);
  expect(readlinkSync(join(copy, 'link'))).toBe('/etc/passwd');
  expect(lstatSync(join(copy, 'pipe')).isFIFO()).toBe(true);
});

test('dispose: a workspace is gone at once, twice is no fault', async () => {
  const workspace = await (await openWorkspaces(join(root, 'work'))).open();
  await workspace.write('deep/file', Buffer.from('x'));
  await workspace.dispose();
  expect(existsSync(workspace.folder)).toBe(false);
  await workspace.dispose();
});
