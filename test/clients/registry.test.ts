import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { baseEnvironment, findProgram } from '../../src/clients/command.ts';
import { createRegistry } from '../../src/clients/registry/registry-client.ts';
import { Journal } from '../../src/sandbox/journal.ts';
import { type SandboxRegistry, startRegistry } from '../../src/sandbox/registry.ts';
import { ociArchive } from '../support/oci-image.ts';

const installed = (await findProgram('docker-registry', baseEnvironment().PATH ?? '')) !== undefined;

// The program comes with Debian's package docker-registry; without it the sandbox has no registry either.
describe.skipIf(!installed)('registry', () => {
  let folder: string;
  let archive: string;
  let journal: Journal;
  let sandbox: SandboxRegistry;
  let image: { name: string; token: string };
  const registry = createRegistry();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
    archive = join(folder, 'image.tar');
    journal = new Journal();
    sandbox = (await startRegistry({ state: join(folder, 'state'), users: { service: 'secret-word' }, journal }))!;
    image = { name: `${sandbox.host}/acme/sample`, token: 'service:secret-word' };
  });

  afterEach(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  test('push: the archive is in the registry under its own digest and no tag', async () => {
    const digest = await ociArchive(archive, { content: 'one' });
    expect(await registry.archiveDigest(archive)).toBe(digest);
    expect(await registry.push(image, archive)).toBe(digest);
    expect(await registry.digest(image, digest)).toBe(digest);
    expect(await registry.tags(image)).toEqual([]);
  });

  test('push: an image of several platforms arrives with all of its manifests', async () => {
    const digest = await ociArchive(archive, { content: 'many', platforms: ['amd64', 'arm64'] });
    await registry.push(image, archive);
    await registry.tag(image, digest, '1.2.0');
    expect(await registry.digest(image, '1.2.0')).toBe(digest);
    expect(journal.changes().filter(({ action }) => action === 'put-manifest')).toHaveLength(4);
  });

  test('push: what the registry holds is not sent again', async () => {
    await ociArchive(archive, { content: 'shared', platforms: ['amd64'] });
    await registry.push(image, archive);
    const before = journal.changes().length;
    await registry.push(image, archive);
    expect(journal.changes()).toHaveLength(before);

    await ociArchive(archive, { content: 'shared', platforms: ['arm64'] });
    const requests = vi.spyOn(globalThis, 'fetch');
    await registry.push(image, archive);
    const uploads = requests.mock.calls.filter(
      ([url, request]) => request?.method === 'PUT' && `${url}`.includes('/uploads/'),
    );
    expect(uploads).toHaveLength(1); // the layer is there, the configuration of the other platform is not
    requests.mockRestore();
    expect(
      journal
        .changes()
        .slice(before)
        .map(({ action }) => action),
    ).toEqual(['put-blob', 'put-manifest']);
  });

  test('push: after an answer that was lost, the next attempt finds what was stored', async () => {
    const digest = await ociArchive(archive, { content: 'lost' });
    journal.fault({ server: 'registry', action: 'put-manifest', when: 'after', status: 502, times: 1 });
    await expect(registry.push(image, archive)).rejects.toMatchObject({ code: 'registry-unreachable' });
    expect(await registry.push(image, archive)).toBe(digest);
    expect(journal.changes().filter(({ action }) => action === 'put-manifest')).toHaveLength(1);
  });

  test('tag: names a digest that is there, and moves when it is told to', async () => {
    const first = await ociArchive(archive, { content: 'one' });
    await registry.push(image, archive);
    await registry.tag(image, first, 'latest');
    const second = await ociArchive(archive, { content: 'two' });
    await registry.push(image, archive);
    await registry.tag(image, second, '1.2.0');
    await registry.tag(image, second, 'latest');
    expect([...(await registry.tags(image))].sort()).toEqual(['1.2.0', 'latest']);
    expect(await registry.digest(image, 'latest')).toBe(second);
  });

  test('tag: a digest that the registry does not hold can be named by nothing', async () => {
    await expect(registry.tag(image, `sha256:${'0'.repeat(64)}`, '1.2.0')).rejects.toMatchObject({
      code: 'registry-refused',
    });
  });

  test('reads: an image that was never pushed has no tags and no digest', async () => {
    expect(await registry.digest(image, '1.2.0')).toBeUndefined();
    expect(await registry.tags(image)).toEqual([]);
  });

  test('reads: a wrong password is a refused credential, and is in no word of it', async () => {
    const token = 'service:not-the-secret-word';
    const error = await registry.tags({ ...image, token }).catch((each: unknown) => each as Error);
    expect(error).toMatchObject({ code: 'credential-refused' });
    expect(JSON.stringify([error, String(error)])).not.toContain('not-the-secret-word');
  });

  test.each([
    [500, 'registry-unreachable'],
    [429, 'registry-unreachable'],
    [403, 'permission-missing'],
    [400, 'registry-refused'],
  ])('reads: %i is %s', async (status, code) => {
    const body = { errors: [{ code: 'SOME', message: 'the own words' }] };
    journal.fault({
      server: 'registry',
      action: 'read',
      when: 'before',
      status,
      body,
      headers: { 'retry-after': '7' },
    });
    await expect(registry.digest(image, '1.2.0')).rejects.toMatchObject({
      code,
      message: expect.stringContaining('the own words'),
      facts: { retryAfterSeconds: 7 },
    });
  });

  test('reads: a registry that is gone is unreachable', async () => {
    const gone = { ...image, name: image.name };
    await sandbox.close();
    await expect(registry.tags(gone)).rejects.toMatchObject({ code: 'registry-unreachable' });
    sandbox = (await startRegistry({ state: join(folder, 'state'), users: {}, journal }))!;
  });

  test('sandbox: images are still there after a restart', async () => {
    const digest = await ociArchive(archive, { content: 'kept' });
    await registry.push(image, archive);
    const port = Number(new URL(sandbox.url).port);
    await sandbox.close();
    sandbox = (await startRegistry({
      state: join(folder, 'state'),
      users: { service: 'secret-word' },
      journal,
      port,
    }))!;
    expect(await registry.digest(image, digest)).toBe(digest);
  });
});
