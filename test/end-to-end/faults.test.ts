import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import type { ProblemCode } from '../../src/domain/problem.ts';
import type { Manifest } from '../../src/domain/run/state.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { changesOf, changesOfRelease, filesOn, isBeside, RECORD, releasesOf } from '../support/outside.ts';
import { countedBuild, PARTS, type Part, sampleProject } from '../support/release-sample.ts';
import type { ReleaseRun, Service } from '../support/service.ts';
import { eachChangeOnce, LOST_ANSWERS, REFUSALS } from '../support/troubling.ts';
import type { World } from '../support/world.ts';

let world: World;
let service: Service;

inOneWorld((...opened) => {
  [world, service] = opened;
});

/** Released, each change once; in the store, on the indexes and on GitHub the very bytes of the manifest. */
async function expectReleased(project: string, run: ReleaseRun, parts: readonly Part[] = []) {
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  expect(changesOf(world, project)).toEqual(changesOfRelease(world, parts));
  await expectSameBytes(project, (await run.state()).manifest!, parts);
}

async function expectSameBytes(project: string, manifest: Manifest, parts: readonly Part[] = []) {
  const store = createArtifactStore(join(world.places.service, 'artifacts'));
  const kept = await Promise.all(manifest.files.map(({ digest }) => store.bytes(digest))); // hashed as they are read
  expect(kept.map(({ length }) => length)).toEqual(manifest.files.map(({ size }) => size));
  const wanted = manifest.files.map(({ name, digest }) => ({ name, digest })).toSorted(byName);
  const [release] = await releasesOf(world, project);
  const assets = release!.assets
    .filter(({ name }) => !RECORD.includes(name) && !isBeside(name))
    .map(({ name, digest }) => ({ name, digest }));
  const rehearsed = parts.includes('testIndex') ? [await filesOn(world, 'testIndex', project)] : [];
  for (const there of [...rehearsed, await filesOn(world, 'index', project), assets]) {
    expect(there.toSorted(byName)).toEqual(wanted);
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

describe.concurrent('troubles that pass', { timeout: WITHIN_MS }, () => {
  test('an error before the change, at each change once: the release goes on by itself and changes everything once', async () => {
    await world.addProject('refusing', { parts: PARTS });
    eachChangeOnce(world, 'refusing', { when: 'before', answers: REFUSALS });
    const run = await service.release('refusing', { client: service.skippingClient });
    await run.signOff();
    await expectReleased('refusing', run, PARTS);
  });

  test('a change that was stored and answered by an error, at each change once: it is found, not repeated, and nothing is built again', async () => {
    let builds = 0;
    const counter = createServer((_, answer) => {
      builds += 1;
      answer.end();
    }).listen(0, '127.0.0.1');
    await once(counter, 'listening');
    const url = `http://127.0.0.1:${(counter.address() as AddressInfo).port}`;
    // Here no build worker is given up for dead, however busy the machine is.
    await world.addProject('lossy', { parts: PARTS, files: countedBuild('lossy', url), waits: { heartbeat: 120 } });
    eachChangeOnce(world, 'lossy', { when: 'after', answers: LOST_ANSWERS });
    const run = await service.release('lossy', { client: service.skippingClient });
    await run.signOff();
    await expectReleased('lossy', run, PARTS);
    expect(builds).toBe(1);
    counter.close();
  });

  test('a GitHub that stores and never answers is read again after the time-out', async () => {
    await world.addProject('silent');
    const silent = { when: 'after', hang: true, times: 1 } as const;
    world.journal.fault({ server: 'github', action: 'create-pull-request', target: /^acme\/silent\b/, ...silent });
    const run = await service.release('silent');
    await run.signOff();
    await expectReleased('silent', run);
  });

  test('errors on reading cost time and nothing else; an index that says yes and stores nothing is not believed', async () => {
    const parts = ['testIndex', 'image'] as const;
    await world.addProject('unread', { parts });
    for (const server of ['git', 'github', 'index', 'testIndex', 'registry']) {
      world.journal.fault({ server, target: /\/unread\b/, when: 'before', status: 503, times: 2 });
    }
    const yes = { target: /^unread-/, when: 'before', status: 200, body: '', times: 1 } as const;
    for (const server of ['index', 'testIndex']) world.journal.fault({ server, action: 'upload', ...yes });
    const run = await service.release('unread', { client: service.skippingClient });
    await run.signOff();
    await expectReleased('unread', run, parts);
  });

  test('pages of the index that lag behind hold the release back until they show the files', async () => {
    await world.addProject('stale');
    const fresh = world.servers.index.control.stale('stale', { pages: ['simple'] });
    const run = await service.release('stale');
    await run.signOff();
    await run.until(({ waitingFor }) => waitingFor.some(({ step }) => step === 'release.visible'));
    expect(await releasesOf(world, 'stale')).toEqual([]);
    fresh();
    await expectReleased('stale', run);
  });
});

interface Final {
  readonly step: string;
  readonly code: ProblemCode;
  readonly fault: Omit<Fault, 'when'>;
}

const unauthorised = { status: 401, body: { message: 'Bad credentials' } };
const forbidden = { status: 403, body: { message: 'Resource not accessible by personal access token' } };

/** Refusals in the order in which one release meets them; each until it is taken away. */
const FINAL: readonly Final[] = [
  {
    ...{ step: 'prepare.commit', code: 'permission-missing' },
    fault: { server: 'git', action: 'announce-push', status: 403 },
  },
  {
    ...{ step: 'test.rehearsal', code: 'permission-missing' },
    fault: { server: 'testIndex', action: 'upload', status: 403, body: 'The user is not allowed to upload' },
  },
  {
    ...{ step: 'approve.pull-request', code: 'credential-refused' },
    fault: { server: 'github', action: 'create-pull-request', ...unauthorised },
  },
  {
    ...{ step: 'release.merge', code: 'branch-moved' },
    fault: {
      server: 'github',
      action: 'merge-pull-request',
      status: 409,
      body: { message: 'Head branch was modified.' },
    },
  },
  {
    ...{ step: 'release.tag', code: 'credential-refused' },
    fault: { server: 'git', action: 'announce-push', status: 401 },
  },
  {
    ...{ step: 'publish.github-release', code: 'permission-missing' },
    fault: { server: 'github', action: 'create-release', ...forbidden },
  },
  {
    ...{ step: 'publish.image', code: 'permission-missing' },
    fault: { server: 'registry', action: 'put-blob', status: 403 },
  },
];

describe.concurrent('troubles that do not pass', { timeout: WITHIN_MS }, () => {
  test('each blocks its step with its remedy; once the cause is gone, a retry goes on from there', async () => {
    const parts: Part[] = ['testIndex', 'image'];
    await world.addProject('stubborn', { parts });
    const met = FINAL.filter(({ fault }) => fault.server !== 'registry' || world.registry);
    const planned = met.map((final) => ({ ...final, end: () => {} }));
    const plan = (at: number) => {
      const next = planned[at];
      if (next) next.end = world.journal.fault({ ...next.fault, target: /stubborn\b/, when: 'before' });
    };
    plan(0);
    const run = await service.release('stubborn');
    for (const [at, { step, code }] of planned.entries()) {
      if (step === 'release.merge') await run.signOff();
      const blocked = await run.blocked(step);
      expect(blocked.problem, step).toMatchObject({ code, remedy: expect.stringMatching(/\w/) });
      planned[at]!.end();
      plan(at + 1);
      await run.decide(blocked, 'retry');
    }
    await expectReleased('stubborn', run, parts);
  });

  test('a credential is read at each attempt: absent, wrong, then right, without any restart', async () => {
    const file = join(world.places.credentials, 'OWN_TOKEN');
    const { publish } = sampleProject('locked');
    const index = { name: 'pypi', credential: 'OWN_TOKEN' };
    await world.addProject('locked', { change: { publish: { ...publish, index } } });
    rmSync(file);
    const run = await service.release('locked');
    const absent = await run.blocked('prepare.preflight');
    expect(absent.problem).toMatchObject({ code: 'credential-missing', message: expect.stringContaining('OWN_TOKEN') });

    writeFileSync(file, 'pypi-nobody-knows-it\n');
    await run.decide(absent, 'retry');
    await run.signOff();
    const refused = await run.blocked('release.index');
    expect(refused.problem).toMatchObject({ code: 'credential-refused' });
    expect(JSON.stringify(await run.state())).not.toContain('pypi-nobody-knows-it');

    writeFileSync(file, `${world.keys.index}\n`);
    await run.decide(refused, 'retry');
    await expectReleased('locked', run);
  });

  test('a draft that holds other bytes under the name of a file gets the right ones', async () => {
    await world.addProject('overlaid');
    const refusing = {
      server: 'github',
      action: 'publish-release',
      target: /^acme\/overlaid /,
      when: 'before',
    } as const;
    const end = world.journal.fault({ ...refusing, status: 422 });
    const run = await service.release('overlaid');
    await run.signOff();
    const blocked = await run.blocked('publish.github-release');
    const file = await replaceAsset('overlaid');
    end();
    await run.decide(blocked, 'retry');
    expect(await run.result()).toMatchObject({ outcome: 'released' });
    await expectSameBytes('overlaid', (await run.state()).manifest!);
    const deleted = `github delete-asset sample v1.1.0 ${file.replace('overlaid', 'sample')}`;
    expect(changesOf(world, 'overlaid').filter((change) => change === deleted)).toHaveLength(2); // ours, and the run's
  });
});

/** As an upload that broke off leaves it. */
async function replaceAsset(project: string): Promise<string> {
  const [draft] = await releasesOf(world, project);
  const { id, name } = draft!.assets[0] as { id?: number; name: string };
  const { apiUrl } = world.servers.github;
  const headers = { authorization: `Bearer ${world.keys.github}`, 'content-type': 'application/octet-stream' };
  const at = `/repos/acme/${project}/releases`;
  await fetch(`${apiUrl}${at}/assets/${id}`, { method: 'DELETE', headers });
  const uploads = apiUrl.replace('/v3', '/uploads');
  const made = await fetch(`${uploads}${at}/${draft!.id}/assets?name=${name}`, {
    method: 'POST',
    headers,
    body: 'half',
  });
  expect(made.status).toBe(201);
  return name;
}
