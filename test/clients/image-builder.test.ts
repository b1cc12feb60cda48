import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ImageBuilder } from '../../src/activities/ports.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createImageBuilder } from '../../src/clients/image-builder.ts';
import { buildahEngine } from '../../src/clients/images/buildah.ts';
import { dockerEngine } from '../../src/clients/images/docker.ts';
import type { Engine } from '../../src/clients/images/engine.ts';
import { withArchive } from '../../src/clients/registry/oci-archive.ts';
import { type SandboxDocker, startDocker } from '../../src/sandbox/docker.ts';
import { wheel } from '../support/distribution.ts';
import { pythonTools } from '../support/python-tools.ts';

let root: string;
let folder: string;
let docker: SandboxDocker;
const buildah = (await buildahEngine.available()) !== undefined;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'slipway-docker-'));
  docker = await startDocker({ state: join(root, 'docker'), tools: pythonTools });
});

afterAll(async () => {
  if (docker.there) await docker.close();
  rmSync(root, { recursive: true });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-images-'));
  mkdirSync(join(folder, 'context/dist'), { recursive: true });
  wheel(join(folder, 'context/dist'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function built(
  images: ImageBuilder,
  dockerfile: string,
  change: { dockerfile?: string; base?: string; timeout?: number } = {},
) {
  writeFileSync(join(folder, 'context/Dockerfile'), dockerfile);
  return images.build({
    context: join(folder, 'context'),
    dockerfile: change.dockerfile ?? 'Dockerfile',
    buildArgs: { BASE: change.base ?? 'scratch' },
    labels: { 'org.opencontainers.image.version': '1.2.0' },
    out: join(folder, 'image.tar'),
    sourceDateEpoch: 1_700_000_000,
    timeout: change.timeout ?? 120,
  });
}

const store = () => createArtifactStore(join(folder, 'store'));
const builder = (engine: Engine) => createImageBuilder({ store: store() }, [engine]);

async function configOf(archive: string): Promise<{ config: { Labels: Record<string, string> }; history: object[] }> {
  return withArchive(archive, async (opened) =>
    JSON.parse(readFileSync(await opened.blob(opened.root.blobs[0]!), 'utf8')),
  );
}

const WITH_WHEEL = 'ARG BASE\nFROM $BASE\nCOPY dist/*.whl /dist/\n';

describe.each(['docker', 'buildah'] as const)('image from %s', (name) => {
  function engine(skip: () => void): Engine {
    if (name === 'buildah') {
      if (!buildah) skip();
      return buildahEngine;
    }
    if (!docker.there) skip();
    return dockerEngine(docker.there ? docker.host : undefined);
  }

  test('the archive holds the wheel that was tested, and says which version it is', async ({ skip }) => {
    const images = builder(engine(skip));
    expect(await images.engine()).toMatch(new RegExp(`^${name} \\d`));
    const { manifest, log } = await built(images, WITH_WHEEL);
    const found = await withArchive(join(folder, 'image.tar'), async (archive) => archive.root);
    expect(found.descriptor.digest).toBe(manifest);
    expect(found.blobs).toHaveLength(2);
    expect((await configOf(join(folder, 'image.tar'))).config.Labels).toMatchObject({
      'org.opencontainers.image.version': '1.2.0',
    });
    expect(await store().text(log.digest)).toContain('COPY dist/*.whl /dist/');
  });

  test('a Dockerfile that fails is a failed build, with its last words and its log', async ({ skip }) => {
    const images = builder(engine(skip));
    await expect(built(images, 'FROM scratch\nCOPY dist/*.nothing /dist/\n')).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringContaining('nothing'),
      facts: { log: expect.stringMatching(/^sha256:/) },
    });
  });

  test('a Dockerfile outside of the project is not built', async ({ skip }) => {
    const images = builder(engine(skip));
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
    await expect(built(images, WITH_WHEEL, { dockerfile: '../Dockerfile' })).rejects.toMatchObject({
      code: 'build-failed',
    });
  });
});

test('image from buildah: the same input at the same time stamp is the same image', async ({ skip }) => {
  if (!buildah) skip();
  const digests = [];
  for (const out of ['one', 'two']) {
    rmSync(join(folder, 'image.tar'), { force: true });
    digests.push([out, (await built(builder(buildahEngine), WITH_WHEEL)).manifest]);
  }
  expect(digests[0]?.[1]).toBe(digests[1]?.[1]);
});

test("image from docker: the sandbox's base image installs a wheel without any network", async ({ skip }) => {
  if (!docker.there || docker.baseImage === undefined) return skip();
  const install = 'RUN python3 -m pip install --no-index --no-deps /dist/*.whl && python3 -c "import sample"\n';
  const { manifest } = await built(builder(dockerEngine(docker.host)), WITH_WHEEL + install, {
    base: docker.baseImage,
  });
  expect(manifest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('image from docker: a build that takes too long is ended at its limit', async ({ skip }) => {
  if (!docker.there || docker.baseImage === undefined) return skip();
  const endless = `${WITH_WHEEL}RUN python3 -c "import time; time.sleep(60)"\n`;
  const building = built(builder(dockerEngine(docker.host)), endless, { base: docker.baseImage, timeout: 3 });
  await expect(building).rejects.toMatchObject({ code: 'command-timed-out' });
});

test('image: without an engine the step says so', async () => {
  const images = createImageBuilder({ store: store() }, []);
  expect(await images.engine()).toBeUndefined();
  await expect(built(images, WITH_WHEEL)).rejects.toMatchObject({ code: 'image-engine-missing' });
});
