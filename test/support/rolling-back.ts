import { setTimeout as sleep } from 'node:timers/promises';
import { Browser } from './browser.ts';
import { pullsOf } from './outside.ts';
import type { ReleaseRun, Service } from './service.ts';
import type { World } from './world.ts';

const STARTED_WITHIN_MS = 60_000;

/** What people do by hand while a version is rolled back, as rita, who owns the package. */
export async function asRita(
  { servers, keys }: World,
  project: string,
  method: string,
  path: string,
  body: object,
): Promise<void> {
  const url = `${servers.github.apiUrl}/repos/acme/${project}/${path}`;
  const headers = { authorization: `Bearer ${keys.people.rita?.githubToken}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}

export async function yankedByOwner({ servers, keys }: World, project: string, reason = 'loses data'): Promise<void> {
  const rita = new Browser(servers.index.url, project);
  await rita.logIn('rita', keys.people.rita!.password);
  await rita.confirm('yank', { yanked_reason: reason }, '1.1.0');
}

/** Merges the open pull request that reverts; answers its title. */
export async function mergedRevert(world: World, project: string): Promise<string> {
  const { number, title } = (await pullsOf(world, project)).find(({ state }) => state === 'open')!;
  await asRita(world, project, 'PUT', `pulls/${number}/merge`, {});
  return title;
}

/** A run that another one starts. */
export async function startedRun(service: Service, workflowId: string): Promise<ReleaseRun> {
  for (const end = Date.now() + STARTED_WITHIN_MS; ; await sleep(200)) {
    const there = await service.client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => undefined);
    if (there) return service.run(workflowId);
    if (Date.now() > end) throw new Error(`nobody started ${workflowId}`);
  }
}
