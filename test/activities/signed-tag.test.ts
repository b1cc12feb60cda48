import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Approval } from '../../src/activities/index.ts';
import { contextOf, Rehearsed } from '../support/rehearsed.ts';
import { CANDIDATE } from '../support/release-activities.ts';
import { sampleFiles } from '../support/release-sample.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';
import { newSshKey, sshKeygenIsThere } from '../support/ssh-key.ts';

const there = sshKeygenIsThere();
const folder = mkdtempSync(join(tmpdir(), 'tag-keys-'));
let outside: Rehearsed;
let count = 0;

beforeAll(async () => {
  outside = await Rehearsed.open();
});
afterAll(async () => {
  await outside?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A release that has come to its tag, and the key that signs it. */
async function tagging() {
  const name = `signed${++count}`;
  const source = new ScratchRepository();
  source.write(sampleFiles(name, '1.0.0'));
  source.commit('feat: begin');
  const made = await outside.project(name, source);
  const project = { ...made, publish: { ...made.publish, tags: { sign: { key: `TAG_KEY_${count}` } } } };
  const cwd = outside.servers.github.repositoryPath('acme', name);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Kim', '-c', 'user.email=kim@acme.example', ...args], {
      cwd,
      encoding: 'utf8',
    }).trim();
  const commit = git('rev-parse', 'main');
  const manifest = `sha256:${'a'.repeat(64)}`;
  const approval: Approval = {
    ...{ startedBy: 'rita', commit: CANDIDATE.commit, manifest },
    signOffs: [{ role: 'releaser', decision: 'approve', by: 'rita', at: '', commit: CANDIDATE.commit, manifest }],
  };
  const context = contextOf(project, { procedure: { kind: 'release' } });
  const act = (more: object = {}) =>
    outside.activities.ensureTagged({ ...context, candidate: CANDIDATE, commit, approval, ...more });
  const rotate = () => {
    const { key, publicKey } = newSshKey(folder);
    outside.credential(`TAG_KEY_${count}`, key);
    const signers = join(folder, 'signers');
    writeFileSync(signers, `slipway@localhost ${publicKey}\n`);
    return signers;
  };
  return { git, act, commit, rotate, context, signers: rotate() };
}

test.skipIf(!there)(
  'a tag is signed by the configured key; whoever died after the push finds the very tag again',
  async () => {
    const { git, act, signers } = await tagging();
    const made = await act();
    git('-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-tag', 'v1.1.0');
    expect(made).toMatchObject({ object: git('rev-parse', 'v1.1.0'), summary: expect.stringContaining('signed') });
    expect(await act()).toMatchObject({
      adopted: true,
      object: made.object,
      summary: expect.stringContaining('signed by our key'),
    });
  },
);

test.skipIf(!there)(
  'a tag on the right commit that this key did not sign is refused, and taken only by an adoption',
  async () => {
    const { git, act, commit } = await tagging();
    git('tag', '-a', '-m', 'by hand', 'v1.1.0', commit);
    await expect(act()).rejects.toMatchObject({ type: 'tag-taken' });
    expect(await act({ adopt: true })).toMatchObject({
      adopted: true,
      summary: expect.stringContaining('without a signature'),
    });
  },
);

test.skipIf(!there)(
  'what a key signed that was changed meanwhile is not signed by the new one, and an abort takes it away all the same',
  async () => {
    const { git, act, rotate, context, commit } = await tagging();
    await act();
    rotate();
    await expect(act()).rejects.toMatchObject({ type: 'tag-taken' });
    const undone = await outside.activities.undo({ ...context, entry: { kind: 'tag', tag: 'v1.1.0', commit } });
    expect(undone).toMatchObject({ undone: true });
    expect(git('tag', '--list')).toBe('');
  },
);
