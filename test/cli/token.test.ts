import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openDirectory } from '../../src/config/directory.ts';
import { parseServiceFile } from '../../src/config/service-file.ts';
import { hashToken } from '../../src/config/tokens.ts';
import { slipway } from './run-cli.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-token-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const FILE = `unsignedSignals: accept
people:
  # the release manager
  - login: rita
    roles: [releaser]
  - { login: tom, tokens: [${'a'.repeat(64)}, { sha256: ${'b'.repeat(64)}, name: CI }] }
`;
const file = join(root, 'slipway.yaml');
beforeEach(() => writeFileSync(file, FILE));
const text = () => readFileSync(file, 'utf8');
const whose = (token: string, at = new Date()) => openDirectory(root).personOfToken(token, at);

test('slipway token new: the token is shown once, its hash is in the file, and it counts until its day', async () => {
  const { code, out } = await slipway([
    'token',
    'new',
    '--login',
    'rita',
    '--expires',
    '30d',
    '--name',
    'laptop',
    '--config',
    root,
  ]);
  const token = out.trim();
  expect([code, token]).toEqual([0, expect.stringMatching(/^slipway_[\w-]{32}$/)]);
  expect(text()).toContain('# the release manager');
  expect(text()).not.toContain(token);
  expect(await whose(token)).toMatchObject({ login: 'rita' });
  expect(await whose(token, new Date(Date.now() + 32 * 86_400_000))).toBeUndefined();
});

test('slipway token new: without a file it prints the line that goes into one', async () => {
  const { code, out, err } = await slipway(['token', 'new', '--login', 'rita']);
  expect(code).toBe(0);
  const [line = ''] = /^ {2}tokens: .*$/m.exec(err) ?? [];
  expect(line).toContain(hashToken(out.trim()));
  const read = parseServiceFile(`unsignedSignals: accept\npeople:\n  - login: rita\n  ${line}\n`, 'slipway.yaml');
  expect(read).not.toHaveProperty('faults');
  expect(text()).toBe(FILE);
});

test('slipway token list: it shows hashes, days and what tokens are for', async () => {
  const { out } = await slipway(['token', 'list', '--login', 'tom', '--config', root]);
  expect(out).toBe('Tokens of tom:\n  - aaaaaaaaaaaa…, without end\n  - bbbbbbbbbbbb…, without end, CI\n');
});

test('slipway token revoke: what is revoked counts no more, the others do', async () => {
  const made = await slipway(['token', 'new', '--login', 'tom', '--config', root]);
  const directory = openDirectory(root); // as of a service that runs
  expect(await directory.personOfToken(made.out.trim(), new Date())).toMatchObject({ login: 'tom' });
  const hash = hashToken(made.out.trim()).slice(0, 12);
  expect((await slipway(['token', 'revoke', '--login', 'tom', '--hash', hash, '--config', root])).code).toBe(0);
  expect(await directory.personOfToken(made.out.trim(), new Date())).toBeUndefined();
  expect(text()).toContain('b'.repeat(64));
  expect((await slipway(['token', 'revoke', '--login', 'tom', '--hash', hash, '--config', root])).code).toBe(1);
});

test.each([
  [['new', '--login', 'mallory', '--config', root], 'no person with the login mallory'],
  [['new', '--login', 'rita', '--expires', 'never'], 'is no time'],
  [['list', '--login', 'rita'], 'add --config'],
])('slipway token %j: it says what is wrong', async (args, words) => {
  const { code, out, err } = await slipway(['token', ...args]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(words);
});
