import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Approval } from '../../src/activities/index.ts';
import type { ReleaseStatement } from '../../src/domain/release-statement.ts';
import { runThatDid } from '../support/finished-run.ts';
import { contextOf, Rehearsed } from '../support/rehearsed.ts';
import { sampleFiles } from '../support/release-sample.ts';
import { ScratchRepository } from '../support/scratch-repository.ts';
import { faultsOfStatement } from '../support/validate.ts';

const folder = mkdtempSync(join(tmpdir(), 'statements-'));
let outside: Rehearsed;
let count = 0;

beforeAll(async () => {
  outside = await Rehearsed.open();
});
afterAll(async () => {
  await outside?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Asset {
  readonly name: string;
  readonly browser_download_url: string;
}

/** A release that has come to its GitHub release: tagged, with one file and a bill of materials. */
async function publishing({ sign = false, immutable = false } = {}) {
  const name = `stated${++count}`;
  const source = new ScratchRepository();
  source.write(sampleFiles(name, '1.1.0'));
  const commit = source.commit('feat: begin').tag('v1.1.0').git('rev-parse', 'HEAD').trim();
  const made = await outside.project(name, source, { immutable });
  const statement = { sign: { key: `STATEMENT_${count}` } };
  const project = { ...made, publish: { ...made.publish, ...(sign ? { statement } : {}) } };
  const { store, executions } = outside;
  const files = [await store.put(`${name}-1.1.0.tar.gz`, 'an sdist')];
  const extras = [await store.put('sbom.cdx.json', '{}'), await store.put('docs-site.tar', 'pages')];
  const digest = `sha256:${'a'.repeat(64)}` as const;
  const approval: Approval = {
    ...{ startedBy: 'rita', commit, manifest: digest },
    signOffs: [{ role: 'releaser', decision: 'approve', by: 'rita', at: '', commit, manifest: digest }],
  };
  let steps = 0;
  // Each look at the run finds it further on: what was stated stays.
  executions.state = async () =>
    ({ ...runThatDid({ [`test.gate.g${++steps}`]: { summary: 'passed', evidence: [] } }), version: '1.1.0' }) as never;
  const context = contextOf(project, { procedure: { kind: 'release' } });
  const notes = await store.put('notes.md', 'All of it.');
  const act = () =>
    outside.activities.ensureGitHubRelease({
      ...{ ...context, commit, manifest: { digest, files, extras }, notes, approval, run: 'r', runId: 'r' },
    });
  const assets = async () => {
    const [release] = await outside.github<{ assets: Asset[] }[]>(name, 'releases');
    const all = release!.assets.map(async (one) => [one.name, await (await fetch(one.browser_download_url)).text()]);
    return Object.fromEntries(await Promise.all(all)) as Record<string, string>;
  };
  return { name, act, assets, secret: (key: string) => outside.credential(`STATEMENT_${count}`, key) };
}

test('the statement and the bill of materials are there as the release becomes public, once, even where it is immutable', async () => {
  const { name, act, assets } = await publishing({ immutable: true });
  await act();
  const before = outside.changes();
  expect(await act()).toMatchObject({ adopted: true });
  expect(outside.changes()).toBe(before);
  const there = await assets();
  expect(Object.keys(there).sort()).toEqual(
    ['sbom.cdx.json', `${name}-1.1.0.intoto.json`, `${name}-1.1.0.tar.gz`].sort(),
  );
  const stated = JSON.parse(there[`${name}-1.1.0.intoto.json`]!) as ReleaseStatement;
  expect(stated.subject.map((one) => one.name)).toEqual([`${name}-1.1.0.tar.gz`]);
  expect(stated.predicate.runDetails.slipway_gates).toMatchObject([{ id: 'test.gate.g1' }]);
  expect(await faultsOfStatement(folder, stated)).toBe('');
});

test('a configured key signs it: whoever has its public half can tell that not a byte was changed', async () => {
  const { name, act, assets, secret } = await publishing({ sign: true });
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  await act();
  const line = (await assets())[`${name}-1.1.0.intoto.jsonl`]!;
  const { payload, payloadType, signatures } = JSON.parse(line);
  const body = Buffer.from(payload, 'base64');
  const signed = (bytes: Buffer) =>
    verify(
      null,
      Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} `), bytes]),
      createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
      Buffer.from(signatures[0].sig, 'base64'),
    );
  expect(signed(body)).toBe(true);
  expect(signed(Buffer.from(body.toString().replace(name, 'forged')))).toBe(false);
});

test('a key that is none of Ed25519 is refused before anything is public', async () => {
  const { act, secret } = await publishing({ sign: true });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  await expect(act()).rejects.toMatchObject({ type: 'credential-refused' });
});
