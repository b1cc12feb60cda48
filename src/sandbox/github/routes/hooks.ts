import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { rightsOf } from '../access.ts';
import { type Body, readBody } from '../body.ts';
import { store } from '../change.ts';
import { eventPayload } from '../events.ts';
import { isoSeconds } from '../git/objects.ts';
import { pageOf } from '../paging.ts';
import { atLeast } from '../people.ts';
import type { DeliveryRecord, HookRecord } from '../record.ts';
import { invalid, notFound } from '../refusals.ts';
import type { Repository } from '../repository.ts';
import { deliveryShape, deliverySummary, hookShape, hookUrl } from '../shapes/hook.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';

export interface HookWish {
  url: string;
  secret?: string;
  /** Without it: push, pull_request, pull_request_review, release, issues, status, check_run and workflow_run. */
  events?: string[];
}

const AT_HOOKS = '/repos/:owner/:repo/hooks';
const USUAL = [
  'push',
  'pull_request',
  'pull_request_review',
  'release',
  'issues',
  'issue_comment',
  'status',
  'check_run',
  'workflow_run',
];

export function newHook(repository: Repository, { url, secret, events = USUAL }: HookWish): HookRecord {
  const now = isoSeconds(new Date());
  return {
    id: repository.newId(),
    url,
    secret: secret ?? null,
    contentType: 'json',
    insecureSsl: '0',
    events,
    active: true,
    createdAt: now,
    updatedAt: now,
  };
}

export function hookRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .use(AT_HOOKS, adminsOnly)
    .use(`${AT_HOOKS}/*`, adminsOnly)
    .get(AT_HOOKS, (c) => {
      const { world, repository } = c.var;
      const page = pageOf(c, repository.record.hooks, `${repositoryUrl(world, repository)}/hooks`);
      return c.json(page.map((hook) => hookShape(world, repository, hook)));
    })
    .post(AT_HOOKS, async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const { fullName } = repository;
      const hook = await store(c, { action: 'create-hook', target: fullName }, () => {
        const url = hookAddress(body);
        const hooks = repository.record.hooks;
        if (hooks.some((each) => each.url === url && sameEvents(each, body.texts('events') ?? ['push']))) {
          throw invalid({ resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' });
        }
        return () => {
          const hook = newHook(repository, { url, events: body.texts('events') ?? ['push'] });
          configure(hook, body);
          hooks.push(hook);
          ping(c, hook);
          return hook;
        };
      });
      return c.json(hookShape(world, repository, hook), 201);
    })
    .get(`${AT_HOOKS}/:hook`, (c) => c.json(hookShape(c.var.world, c.var.repository, namedHook(c))))
    .patch(`${AT_HOOKS}/:hook`, async (c) => {
      const { world, repository } = c.var;
      const body = await readBody(c);
      const hook = namedHook(c);
      await store(c, what(c, 'update-hook', hook), () => {
        const url = body.has('config') ? hookAddress(body) : hook.url;
        return () => {
          Object.assign(hook, { url, events: body.texts('events') ?? hook.events, updatedAt: isoSeconds(new Date()) });
          configure(hook, body);
        };
      });
      return c.json(hookShape(world, repository, hook));
    })
    .delete(`${AT_HOOKS}/:hook`, async (c) => {
      const { repository } = c.var;
      const hook = namedHook(c);
      await store(c, what(c, 'delete-hook', hook), () => () => {
        repository.record.hooks = repository.record.hooks.filter((each) => each !== hook);
      });
      return c.body(null, 204);
    })
    .post(`${AT_HOOKS}/:hook/pings`, (c) => {
      ping(c, namedHook(c));
      return c.body(null, 204);
    })
    .get(`${AT_HOOKS}/:hook/deliveries`, (c) => {
      const { world, repository } = c.var;
      const hook = namedHook(c);
      const page = pageOf(c, repository.deliveries.of(hook.id), `${hookUrl(world, repository, hook.id)}/deliveries`);
      return c.json(page.map((delivery) => deliverySummary(repository, delivery)));
    })
    .get(`${AT_HOOKS}/:hook/deliveries/:delivery`, (c) => {
      const hook = namedHook(c);
      return c.json(deliveryShape(c.var.repository, hook, namedDelivery(c, hook)));
    })
    .post(`${AT_HOOKS}/:hook/deliveries/:delivery/attempts`, (c) => {
      const { world, repository } = c.var;
      const hook = namedHook(c);
      const { event, action, guid, payload } = namedDelivery(c, hook);
      world.webhooks.send(repository, hook, { event, action, guid, body: JSON.stringify(payload), redelivery: true });
      return c.json({}, 202);
    });
}

/** Whoever may not change hooks does not learn of them. */
const adminsOnly: MiddlewareHandler<GithubEnv> = async (c, next) => {
  if (!atLeast(rightsOf(c.var.world, c.var.repository, c.var.caller), 'admin')) throw notFound();
  await next();
};

function namedHook(c: Context<GithubEnv>): HookRecord {
  const hook = c.var.repository.record.hooks.find((each) => each.id === Number(c.req.param('hook')));
  if (!hook) throw notFound();
  return hook;
}

function namedDelivery(c: Context<GithubEnv>, { id }: HookRecord): DeliveryRecord {
  const delivery = c.var.repository.deliveries.of(id).find((each) => each.id === Number(c.req.param('delivery')));
  if (!delivery) throw notFound();
  return delivery;
}

function hookAddress(body: Body): string {
  const url = body.object('config')?.maybeText('url');
  if (url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw invalid({ resource: 'Hook', code: 'custom', message: 'url is not a valid http(s) URL' });
}

function configure(hook: HookRecord, body: Body): void {
  const config = body.object('config');
  hook.secret = config?.maybeText('secret') ?? hook.secret;
  hook.contentType = config ? (config.choice('content_type', ['json', 'form']) ?? 'form') : hook.contentType;
  hook.active = body.flag('active') ?? hook.active;
}

function sameEvents(hook: HookRecord, events: readonly string[]): boolean {
  return [...hook.events].sort().join() === [...events].sort().join();
}

function ping(c: Ctx, hook: HookRecord): void {
  const { world, repository, caller } = c.var;
  const details = { zen: 'Keep it logically awesome.', hook_id: hook.id, hook: hookShape(world, repository, hook) };
  const payload = eventPayload(world, repository, caller!.account.login, details);
  world.webhooks.fire(c, repository, { event: 'ping', action: null, payload }, [hook]);
}

function what(c: Ctx, action: string, { id }: HookRecord) {
  return { action, target: `${c.var.repository.fullName} ${id}` };
}
