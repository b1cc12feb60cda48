import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGitLocal } from '../../src/clients/git/local.ts';
import { newSshKey, sshKeygenIsThere } from '../support/ssh-key.ts';

const there = sshKeygenIsThere();
const git = createGitLocal();
const folder = mkdtempSync(join(tmpdir(), 'signing-'));
const plainGit = (...args: string[]) =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
let object: string;

beforeAll(async () => {
  plainGit('init', '-q', '--bare', '.');
  const person = { name: 'Slipway', email: 'slipway@localhost' };
  const commit = { parents: [], edits: [], message: 'chore: begin', author: person, time: 1_770_000_000 };
  const target = await git.commitEdits(folder, commit);
  const tag = {
    name: 'v1.2.0',
    target,
    tagger: person,
    time: 1_770_000_000,
    message: '# Release 1.2.0\n\n- all of it',
  };
  object = await git.tagObject(folder, tag);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(!there)('git: a signed tag is the same object each time, and git itself verifies it', async () => {
  const { key, publicKey } = newSshKey(folder);
  const signed = await git.signTag(folder, object, key);
  expect(await git.signTag(folder, object, key)).toBe(signed);
  expect(signed).not.toBe(object);
  const signers = join(folder, 'signers');
  writeFileSync(signers, `slipway@localhost ${publicKey}\n`);
  plainGit('-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-tag', signed);
  expect(plainGit('cat-file', 'tag', signed)).toContain('# Release 1.2.0');
  expect(await git.unsignedTag(folder, signed)).toBe(object);
  expect(await git.unsignedTag(folder, object)).toBe(object);
});

test.skipIf(!there)('git: a tag is signed by a key only if that key signed this very tag', async () => {
  const [ours, other] = [newSshKey(folder).key, newSshKey(folder).key];
  const signed = await git.signTag(folder, object, ours);
  expect(await git.signedBy(folder, signed, ours)).toBe(true);
  expect(await git.signedBy(folder, signed, other)).toBe(false);
  expect(await git.signedBy(folder, object, ours)).toBe(false);
  expect(await git.signedBy(folder, plainGit('rev-parse', `${object}^{commit}`), ours)).toBe(false);
  const changed = execFileSync('git', ['cat-file', 'tag', signed], { cwd: folder, encoding: 'utf8' });
  const forged = execFileSync('git', ['mktag'], {
    cwd: folder,
    input: changed.replace('all of it', 'half of it'),
    encoding: 'utf8',
  });
  expect(await git.signedBy(folder, forged.trim(), ours)).toBe(false);
});

test.skipIf(!there)(
  'git: a key of another kind, with a passphrase or broken is refused, and no line of it is in the words',
  async () => {
    const broken =
      '-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5IGF0IGFsbCwgYnV0IGxvbmc=\n-----END OPENSSH PRIVATE KEY-----\n';
    const wrong = [
      newSshKey(folder, { type: 'ecdsa' }).key,
      newSshKey(folder, { passphrase: 'open sesame' }).key,
      broken,
    ];
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('slipway-key-'));
    for (const key of wrong) {
      const error = await git.signTag(folder, object, key).catch((each: unknown) => each as Error);
      expect(error).toMatchObject({ code: 'credential-refused' });
      for (const line of key.split('\n').slice(1, -2)) expect(String(error)).not.toContain(line);
    }
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('slipway-key-'))).toEqual(before);
  },
);
