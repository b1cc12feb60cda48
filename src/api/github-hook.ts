import { verify } from '@octokit/webhooks-methods';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Problem } from '../domain/problem.ts';
import { repositoryName } from '../domain/repository-name.ts';
import { note } from './audit.ts';
import type { ApiDeps } from './deps.ts';
import { concerns, type GitHubEvent, readGitHubEvent } from './github-event.ts';
import { GitHubSignOffs } from './github-sign-offs.ts';
import { readWritten } from './github-word.ts';
import { RequestProblem } from './problems.ts';
import type { RunSummary } from './runs-port.ts';
import type { Wakes } from './wakes.ts';

/** What GitHub sends at most. */
const LARGEST = 25 * 1024 * 1024;
const REMEMBERED = 2_000;

/**
 * Webhooks wake the runs that they concern, which then look for themselves, and bring what people wrote to a run on its pull request.
 * A delivery is remembered once it was worked off, so that GitHub's redelivery of one that failed still counts.
 */
export function githubHook(deps: ApiDeps, wakes: Wakes) {
  const done = new Set<string>();
  const signOffs = new GitHubSignOffs(deps);
  return new Hono().post('/hooks/github', bodyLimit({ maxSize: LARGEST, onError: tooLarge }), async (c) => {
    const secret = await deps.directory.webhookSecret();
    if (!secret)
      throw new RequestProblem('not-found', 'the service has no secret for webhooks (github.webhookSecretFile)');
    const body = await c.req.text();
    const signature = c.req.header('x-hub-signature-256') ?? '';
    if (!/^sha256=[0-9a-f]{64}$/.test(signature) || !(await verify(secret, body, signature))) {
      throw new RequestProblem('signature-invalid', 'the webhook is not signed with the secret of this service');
    }

    const delivery = c.req.header('x-github-delivery') ?? '';
    if (done.has(delivery)) {
      note(c, {
        what: 'webhook',
        verdict: 'refused',
        reason: `delivery ${delivery.slice(0, 100)} was worked off before`,
      });
    } else {
      const name = c.req.header('x-github-event') ?? '';
      const payload = parsed(body);
      const written = readWritten(name, payload);
      if (written) await signOffs.answer(c, written, await projectsOf(deps, written.repository));
      const event = readGitHubEvent(name, payload);
      if (event) await wakeConcerned(deps, wakes, event);
      if (delivery !== '') remember(done, delivery);
    }
    return c.json({ delivery }, 202);
  });
}

async function wakeConcerned(deps: ApiDeps, wakes: Wakes, event: GitHubEvent): Promise<void> {
  for (const name of await projectsOf(deps, event.repository)) {
    const { runs } = await deps.runs.list({ project: name, openOnly: true, size: 100 });
    const concerned = runs.filter((one) => waitsForGitHub(one) && concerns(event, one));
    for (const run of concerned) await wakes.wake(run, event.reason);
  }
}

async function projectsOf(deps: ApiDeps, repository: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await deps.directory.projects()) {
    if ((await repositoryOf(deps, name)) === repository) found.push(name);
  }
  return found;
}

/**
 * A window has a monitor of its own, which looks at its intervals: a busy repository must not fill its run's history. Beside it a
 * hotfix may still wait for its way back.
 */
function waitsForGitHub({ phase, waitingFor }: RunSummary): boolean {
  return phase !== 'observe' || waitingFor.some((what) => what.startsWith('pull request #'));
}

/** A project whose file has faults just now has no open wait that a webhook could shorten. */
async function repositoryOf({ directory }: ApiDeps, name: string): Promise<string | undefined> {
  try {
    const { owner, repo } = repositoryName((await directory.project(name)).repository);
    return `${owner}/${repo}`.toLowerCase();
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RequestProblem('body-malformed', 'the webhook is not JSON: choose the content type application/json');
  }
}

function remember(done: Set<string>, delivery: string): void {
  done.add(delivery);
  for (const oldest of done) {
    if (done.size <= REMEMBERED) break;
    done.delete(oldest);
  }
}

function tooLarge(): never {
  throw new RequestProblem('body-too-large', `the body is larger than ${LARGEST} bytes`);
}
