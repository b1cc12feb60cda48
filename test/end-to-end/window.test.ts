import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ProbeHealth } from '../../src/domain/health.ts';
import type { MonitorState } from '../../src/domain/run/monitor.ts';
import type { RunState } from '../../src/domain/run/state.ts';
import { changesOf, github, gitOn, releasesOf } from '../support/outside.ts';
import { sampleProject } from '../support/release-sample.ts';
import type { ReleaseRun, Service } from '../support/service.ts';
import { World } from '../support/world.ts';
import { yankAsOwner } from '../support/yank.ts';

const WITHIN_MS = 600_000;

let world: World;
let service: Service;
let answer: (response: ServerResponse) => unknown = (response) => response.end('{"errors": {"rate": 0}}');
const metrics = createServer((_, response) => answer(response));

beforeAll(async () => {
  world = await World.open();
  service = await world.service();
  await Promise.all([
    service.begin('build', 'publish'),
    new Promise<void>((ready) => metrics.listen(0, '127.0.0.1', ready)),
  ]);
}, WITHIN_MS);

afterAll(async () => {
  metrics.closeAllConnections();
  metrics.close();
  await world?.close();
});

async function inWindow(project: string, probes: readonly (object | string)[] = []): Promise<ReleaseRun> {
  await world.addProject(project, { change: { monitoring: { window: '1d', every: '1s', probes: probes as never } } });
  const run = await service.release(project);
  await run.signOff();
  await run.until(({ window }) => (window?.probes.length ?? 0) > 0);
  return run;
}

/** What the monitor itself knows: the run is told only of what changes. */
async function monitored(
  run: ReleaseRun,
  is: (probes: readonly ProbeHealth[]) => boolean,
): Promise<readonly ProbeHealth[]> {
  const { window } = await run.state();
  return vi.waitFor(
    async () => {
      const { probes } = await service.client.workflow.getHandle(window!.monitor).query<MonitorState>('state');
      if (!is(probes)) throw new Error(JSON.stringify(probes.map(({ name, health, note }) => [name, health, note])));
      return probes;
    },
    { timeout: 120_000, interval: 200 },
  );
}

const breachOf = (run: ReleaseRun, probe: string) =>
  run.until(({ window }) => window?.breaches.some((breach) => breach.probe === probe) ?? false);

async function conclude(run: ReleaseRun): Promise<RunState> {
  const { window } = await run.until(({ waitingFor }) => waitingFor.some(({ kind }) => kind === 'watch'));
  await run.signal('watch', { by: 'rita', attempt: window!.attempt, action: 'conclude', reason: 'seen enough' });
  expect(await run.result()).toMatchObject({ outcome: 'released' });
  return run.state();
}

test(
  'what a release left on index, git and GitHub is found again, installs, and its own script agrees',
  async () => {
    const url = `http://127.0.0.1:${(metrics.address() as AddressInfo).port}/{name}/{version}`;
    const run = await inWindow('well', [
      { kind: 'http', name: 'errors', url, pointer: '/errors/rate', max: 0.01, tolerate: 0 },
      'install',
      { kind: 'command', name: 'script', run: `echo '{"version": "{version}", "open": 3}'`, pointer: '/open', max: 5 },
    ]);
    const probes = await monitored(run, (all) => all.length === 7);
    expect(Object.fromEntries(probes.map(({ name, health }) => [name, health]))).toEqual({
      ...{ index: 'healthy', tag: 'healthy', 'github-release': 'healthy', issues: 'healthy' },
      ...{ errors: 'healthy', install: 'healthy', script: 'healthy' },
    });

    for (const [says, note] of LIES) {
      answer = says;
      await monitored(run, (all) =>
        all.some(({ name, health, note: told }) => name === 'errors' && health === 'unknown' && told.includes(note)),
      );
    }
    expect((await run.state()).window?.breaches).toEqual([]);
    answer = (response) => response.end('{"errors": {"rate": 0.5}}');
    expect((await breachOf(run, 'errors')).window?.asked?.why).toBe('errors: 0.5 is above 0.01');
    expect((await conclude(run)).window?.verdict).toBe('regressed');
  },
  WITHIN_MS,
);

/** Of a source that is down, or says something else than a number. */
const LIES: readonly [(response: ServerResponse) => unknown, string][] = [
  [(response) => response.end('<html>all is well</html>'), 'no JSON'],
  [(response) => response.end('{"errors": {"rate": "0"}}'), 'no number'],
  [(response) => response.end('{"rate": 0}'), 'nothing at /errors/rate'],
  [(response) => response.writeHead(500).end('{"errors": {"rate": 0}}'), '500'],
  [(response) => response.destroy(), ''],
];

test(
  'a tag, a file, a GitHub release that somebody else changes is a breach at once, and so is a bug that is reported',
  async () => {
    const run = await inWindow('meddled');
    gitOn(world, 'meddled', 'tag', '--force', '--annotate', '-m', 'mine', 'v1.1.0', 'main');
    const tag = await breachOf(run, 'tag');
    expect(tag.window).toMatchObject({ attempt: 2, asked: { why: expect.stringContaining('v1.1.0 was moved') } });

    await yankAsOwner(world, 'meddled', '1.1.0', 'it is mine');
    await monitored(run, (all) => all.some(({ name, note }) => name === 'index' && note.includes('it is mine')));
    const [release] = await releasesOf(world, 'meddled');
    await onGitHub('DELETE', `meddled/releases/assets/${(release!.assets[0] as unknown as { id: number }).id}`);
    await monitored(run, (all) =>
      all.some(({ name, note }) => name === 'github-release' && note.includes('is gone from')),
    );
    await onGitHub('POST', 'meddled/issues', { title: 'It crashes', labels: ['bug'] });
    await monitored(run, (all) => all.some(({ name, note }) => name === 'issues' && note.includes('It crashes')));

    const { window } = await conclude(run);
    expect(window).toMatchObject({ verdict: 'regressed' });
    expect(window!.breaches.map(({ probe, changed }) => [probe, changed])).toEqual([
      ...[
        ['tag', true],
        ['index', true],
        ['github-release', true],
        ['issues', false],
      ],
    ]);
  },
  WITHIN_MS,
);

test(
  'what is promoted after the window is the latest only once that has ended well',
  async () => {
    const before = await world.addProject('steady', {
      parts: ['image'],
      change: {
        monitoring: { window: '8s', every: '1s' },
        ...{ publish: { ...sampleProject('steady', ['image']).publish, promote: 'after-window' } },
      },
    });
    expect(before.cloneUrl).toContain('steady');
    const run = await service.release('steady');
    await run.signOff();
    await run.until(({ phase }) => phase === 'observe');
    const moved = () => changesOf(world, 'steady').filter((change) => change.endsWith(':latest')).length;
    const published = () => changesOf(world, 'steady').filter((change) => change.includes('publish-release')).length;
    expect([moved(), published()]).toEqual([0, 1]);
    expect(await run.result()).toMatchObject({ outcome: 'released', summary: expect.stringContaining('healthy') });
    const { steps } = await run.state();
    expect(steps.find(({ id }) => id === 'observe.promote')?.status).toMatch(/done|adopted/);
    expect((await github<{ tag_name: string }>(world, 'steady', 'releases/latest')).tag_name).toBe('v1.1.0');
    expect(moved()).toBe(world.registry ? 1 : 0);
  },
  WITHIN_MS,
);

async function onGitHub(method: string, path: string, body?: object): Promise<void> {
  const answered = await fetch(`${world.servers.github.apiUrl}/repos/acme/${path}`, {
    method,
    headers: { authorization: `Bearer ${world.keys.github}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answered.ok) throw new Error(`GitHub answered ${answered.status} to ${path}`);
}
