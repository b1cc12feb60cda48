import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { accessLog } from './access-log.ts';
import { auditing } from './audit.ts';
import { auditRoutes } from './audit-route.ts';
import { authenticate, type Caller } from './authentication.ts';
import { codecRoutes, fromTemporalUi } from './codec-route.ts';
import { againstForgery } from './cross-site.ts';
import type { ApiDeps } from './deps.ts';
import { forPages } from './for-pages.ts';
import { githubHook } from './github-hook.ts';
import { healthRoutes } from './health.ts';
import { hotfixRoutes } from './hotfixes.ts';
import { Limits } from './limits.ts';
import { measured } from './measured.ts';
import { metricsRoutes } from './metrics-route.ts';
import { oidcRoutes } from './oidc.ts';
import { methodsAt, openApiRoutes } from './openapi/routes.ts';
import { answerProblem, describe, isUnexpected, RequestProblem } from './problems.ts';
import { projectRoutes } from './projects.ts';
import { createReadiness } from './readiness.ts';
import { releaseRoutes } from './releases.ts';
import { LARGEST_BODY } from './requests.ts';
import { rollbackRoutes } from './rollbacks.ts';
import { runEventRoutes } from './run-events.ts';
import { RunWatches } from './run-watches.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedules.ts';
import { Sessions } from './sessions.ts';
import { signInRoutes } from './sign-in.ts';
import { signalRoutes } from './signals.ts';
import { Wakes } from './wakes.ts';

export type { ApiDeps, Log } from './deps.ts';
export type { Runs } from './runs-port.ts';

export interface Api {
  readonly app: Hono<Caller>;
  /** Ends what the API keeps beside its requests. */
  close(): void;
  /** How many runs are followed live just now. */
  followed(): number;
}

export function createApi(deps: ApiDeps): Api {
  const { directory, log, now = () => new Date() } = deps;
  const sessions = new Sessions({ store: deps.sessions, directory, now });
  const limits = new Limits(directory);
  const wakes = new Wakes(deps.runs, log);
  const pages = deps.pages?.(forPages(deps));
  const watches = new RunWatches(deps, deps.pace);
  const app = new Hono<Caller>();

  const answer = (c: Context<Caller>, error: Error) =>
    pages && isForPeople(c) ? pages.problem(c, describe(error)) : answerProblem(c, error);
  app.onError((error, c) => {
    if (isUnexpected(error)) log.error({ err: error, requestId: c.get('requestId') }, 'a request failed unexpectedly');
    return answer(c, error);
  });
  app.notFound((c) => {
    const methods = methodsAt(c.req.path);
    if (methods.length > 0) c.header('allow', methods.join(', '));
    const code = methods.length > 0 ? 'method-not-allowed' : 'not-found';
    return answer(c, new RequestProblem(code, `there is no ${c.req.method} ${c.req.path.slice(0, 200)}`));
  });

  for (const one of deps.around ?? []) app.use(one);
  app.use(requestId(), measured(deps.measures), accessLog(log), auditing(deps), security());
  const readiness = createReadiness(deps);
  app
    .route('/', healthRoutes(readiness))
    .route('/', metricsRoutes(deps, { readiness, listeners: () => watches.listeners }));
  app.route('/', openApiRoutes()).route('/', githubHook(deps, wakes));

  app.use('/v1/*', fromAllowedOrigins(deps)).use('/codec/*', fromTemporalUi(deps));
  app.use(authenticate(deps, sessions, limits));
  app.route('/', codecRoutes(deps, limits));
  app.use(bodyLimit({ maxSize: LARGEST_BODY, onError: tooLarge }), againstForgery(directory), limits.onWrites());
  app
    .route('/', signInRoutes(deps, sessions, limits))
    .route('/', oidcRoutes(deps, sessions, limits))
    .route('/', projectRoutes(deps))
    .route('/', releaseRoutes(deps))
    .route('/', hotfixRoutes(deps))
    .route('/', runRoutes(deps))
    .route('/', runEventRoutes(deps, watches));
  app.route('/', rollbackRoutes(deps)).route('/', signalRoutes(deps)).route('/', auditRoutes(deps));
  app.route('/', scheduleRoutes(deps));
  if (pages) app.route('/', pages.routes);
  const close = () => {
    wakes.close();
    watches.close();
  };
  return { app, close, followed: () => watches.size };
}

const FOR_PROGRAMS = /^\/(v1|hooks|codec)\//;

function isForPeople(c: Context): boolean {
  return !FOR_PROGRAMS.test(c.req.path) && (c.req.header('accept') ?? '').includes('text/html');
}

/** Pages take nothing from elsewhere and nothing inline; what programs are answered is no page at all. */
function security(): MiddlewareHandler {
  const none = { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] };
  const self = ["'self'"];
  const every = { strictTransportSecurity: 'max-age=31536000; includeSubDomains' };
  const answers = secureHeaders({ ...every, contentSecurityPolicy: { ...none, sandbox: [] } });
  const pages = secureHeaders({
    ...every,
    // Without a referrer browsers hide where a form was, even one of our own.
    referrerPolicy: 'same-origin',
    contentSecurityPolicy: {
      ...none,
      scriptSrc: self,
      styleSrc: self,
      imgSrc: self,
      connectSrc: self,
      formAction: self,
    },
  });
  return (c, next) => (FOR_PROGRAMS.test(c.req.path) ? answers : pages)(c, next);
}

/** Pages of other origins read nothing, but for those that the configuration names. */
function fromAllowedOrigins({ directory }: ApiDeps) {
  return cors({
    origin: async (origin) => ((await directory.allowedOrigins()).includes(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'PUT'],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
    exposeHeaders: ['location', 'x-request-id'],
  });
}

function tooLarge(): never {
  throw new RequestProblem('body-too-large', `the body is larger than ${LARGEST_BODY} bytes`);
}
