import { afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/api/openapi/document.ts';
import { ApiProblem, type RunEvent, slipwayClient, Unreachable } from '../../src/api-client/client.ts';
import { COMMIT, MANIFEST, openApi } from '../api/fixture.ts';

let api: ReturnType<typeof openApi>;
let sent: Request[] = [];
let lost = 0;
beforeEach(() => {
  api = openApi({ pace: { firstMs: 5, lastMs: 20 } });
  sent = [];
  lost = 0;
});
afterEach(() => api.close());

function clientOf(person: string) {
  return slipwayClient({
    url: 'http://slipway.test/',
    token: `token-of-${person}`,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      sent.push(request.clone());
      const answer = await api.app.request(request);
      if (lost === 0) return answer;
      lost -= 1;
      throw new TypeError('fetch failed', { cause: new Error('the line broke') });
    },
  });
}

test('client: each call of the API has its method', () => {
  const names = Object.values(OPERATIONS).filter(({ access, answers }) => !access && Object.keys(answers).length > 0);
  expect(Object.keys(clientOf('rita'))).toEqual(expect.arrayContaining(names.map(({ name }) => name)));
});

test('client: from a project’s next version to a signed release', async () => {
  const rita = clientOf('rita');
  expect((await rita.listProjects()).projects.map(({ project }) => project)).toEqual(['sample']);
  const { next } = await rita.nextVersion('sample', { bump: 'minor' });
  const started = await rita.startRelease({ project: 'sample', version: next ?? '' });
  expect(started).toMatchObject({ id: 'release:sample:1.1.0', version: '1.1.0' });
  const { state } = await api.openRelease('1.2.0');
  const { commit, manifest } = await rita.showRun(state.id);
  const answered = await clientOf('tom').signOff(state.id, {
    ...{ role: 'tech-lead', decision: 'approve', commit: commit ?? '', manifest: manifest?.digest ?? '' },
  });
  expect(answered).toMatchObject({
    counted: true,
    run: { signOffs: [{ by: 'tom', commit: COMMIT, manifest: MANIFEST }] },
  });
  expect(await rita.showChecklist(state.id)).toContain('# Release Checklist');
});

test('client: what is refused is an error with a code, a remedy and every fault', async () => {
  const refused = await clientOf('rita')
    .startRelease({ project: 'sample' })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiProblem);
  expect(refused).toMatchObject({ status: 422, code: 'request-invalid', faults: [{ path: 'version' }] });
  expect(
    await clientOf('vera')
      .startRelease({ project: 'sample', version: '1.1.0' })
      .catch(({ code }) => code),
  ).toBe('forbidden');
});

test('client: an answer that was lost is asked for again under the same key, and nothing is done twice', async () => {
  lost = 2;
  const started = await clientOf('rita').startRelease({ project: 'sample', version: '1.1.0' });
  expect(started.runId).toBe(api.runs.open.get('release:sample:1.1.0')?.state.runId);
  expect(new Set(sent.map((request) => request.headers.get('idempotency-key'))).size).toBe(1);
  expect([sent.length, api.runs.started.length]).toEqual([3, 1]);
  lost = 3;
  await expect(clientOf('rita').listRuns()).rejects.toThrow(Unreachable);
});

test('client: all runs, page by page', async () => {
  for (const version of ['1.1.0', '1.2.0', '1.3.0']) await api.openRelease(version);
  const versions: string[] = [];
  for await (const run of clientOf('vera').eachRun({ limit: '2' })) versions.push(run.version);
  expect(versions).toEqual(['1.1.0', '1.2.0', '1.3.0']);
});

test('client: a run is followed to its end, over connections that break', async () => {
  api.close();
  api = openApi({ pace: { firstMs: 5, lastMs: 20 }, streaming: { lastsMs: 30, comeBackMs: 5 } });
  const { state } = await api.openRelease();
  const heard: RunEvent[] = [];
  for await (const event of clientOf('vera').followRun(state.id)) {
    heard.push(event);
    if (heard.length === 1) setTimeout(() => Object.assign(state, { phase: 'publish' }), 100);
    if (event.event === 'state' && event.run.phase === 'publish') {
      Object.assign(state, { status: 'ended', outcome: 'released' });
    }
  }
  expect(heard.map(({ event }) => event)).toEqual(['state', 'state', 'state', 'end']);
  expect(heard.at(-1)).toEqual({ event: 'end', outcome: 'released' });
  const followed = sent.filter(({ url }) => url.endsWith('/events'));
  expect(followed.length).toBeGreaterThan(1);
  expect(followed.at(-1)?.headers.get('last-event-id')).toMatch(/^[0-9a-f]{24}$/);
});

test('client: who stops listening leaves, and who may not listen is told so', async () => {
  const { state } = await api.openRelease();
  for await (const _first of clientOf('vera').followRun(state.id)) break;
  await expect.poll(() => api.followed()).toBe(0);
  await expect(clientOf('nora').followRun(state.id).next()).rejects.toMatchObject({ code: 'forbidden' });
});
