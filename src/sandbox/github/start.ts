import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { getPath } from 'hono/utils/url';
import type { Journal } from '../journal.ts';
import { journalRoutes } from '../journal-routes.ts';
import { listen } from '../listen.ts';
import { Identity } from './actions/identity.ts';
import { Runner, type StandIn } from './actions/runner.ts';
import { restRoutes } from './api.ts';
import { type App, Apps } from './apps.ts';
import { gitRoutes } from './git-routes.ts';
import { graphqlRoutes } from './graphql/routes.ts';
import { createRepository, type NewRepository, type RuleWish, wholeRule } from './new-repository.ts';
import { actionPages } from './pages/action-pages.ts';
import { archiveRoutes } from './pages/archives.ts';
import { pullPages } from './pages/pull-pages.ts';
import { releasePages } from './pages/release-pages.ts';
import { repositoryPages } from './pages/repository-pages.ts';
import { withEncodedName } from './path-names.ts';
import { People, type Tokens, type User } from './people.ts';
import { reconcile } from './reconcile.ts';
import type { BoardRecord } from './record.ts';
import { notFound, refuse } from './refusals.ts';
import { Repositories } from './repositories.ts';
import type { Repository } from './repository.ts';
import { artifactRoutes } from './routes/actions.ts';
import { type HookWish, newHook } from './routes/hooks.ts';
import { Webhooks } from './webhooks.ts';
import type { GithubEnv, World } from './world.ts';

export interface GithubOptions {
  /** The folder that holds everything and survives a restart. */
  readonly state: string;
  readonly users: readonly User[];
  readonly tokens: Tokens;
  readonly apps?: readonly App[];
  readonly journal: Journal;
  readonly port?: number;
  /** Requests an hour for each caller; without it they are counted, not limited. */
  readonly rateLimit?: number;
}

export interface Github {
  /** Where people and git look: `<url>/<owner>/<repo>` and `<url>/<owner>/<repo>.git`. */
  readonly url: string;
  /** Octokit's `baseUrl`. */
  readonly apiUrl: string;
  /** One that is there already is taken as it is. */
  createRepository(wish: NewRepository): Promise<{ cloneUrl: string; page: string; path: string }>;
  /** The bare repository on the disk. */
  repositoryPath(owner: string, name: string): string;
  /** From now on these are the rules of its branches. */
  changeRules(owner: string, name: string, rules: readonly RuleWish[]): void;
  /** One for the same address is replaced. */
  addWebhook(owner: string, name: string, hook: HookWish): Promise<void>;
  /** A project board of the owner's, with fields by name: their options, or null for free text. One of the same title is taken as it is. */
  addBoard(owner: string, name: string, board: BoardWish): Promise<{ number: number }>;
  /** What is run in the place of a workflow's steps from now on. */
  standIn(owner: string, name: string, file: string, standIn: StandIn): void;
  /** Whose word jobs have for who they are. */
  readonly issuer: string;
  /** The tokens that Apps were given until now end, as they do after an hour. */
  endAppTokens(): void;
  appTokens(): string[];
  close(): Promise<void>;
}

export interface BoardWish {
  readonly title: string;
  readonly fields: Readonly<Record<string, readonly string[] | null>>;
}

/** A GitHub of one's own: REST and git over real bare repositories, for this machine alone. */
export async function startGithub(options: GithubOptions): Promise<Github> {
  mkdirSync(options.state, { recursive: true });
  const repositories = new Repositories(options.state);
  for (const repository of repositories.all()) await reconcile(repository);
  const addresses = { html: '', api: '', uploads: '' };
  const apps = new Apps(options.apps ?? []);
  const world: World = Object.assign(addresses, {
    people: new People(options.users, options.tokens, (token) => apps.caller(token)),
    apps,
    repositories,
    webhooks: new Webhooks(),
    journal: options.journal,
    runner: new Runner(join(options.state, '.actions'), await Identity.make()),
  });
  const { url, close } = await listen(githubApp(world, options.rateLimit), options.port);
  world.runner.identity.at(url);
  Object.assign(addresses, { html: url, api: `${url}/api/v3`, uploads: `${url}/api/uploads` });

  const known = (owner: string, name: string): Repository => {
    const repository = repositories.find(owner, name);
    if (!repository) throw new Error(`the sandbox GitHub has no repository ${owner}/${name}`);
    return repository;
  };
  return {
    url,
    apiUrl: addresses.api,
    issuer: world.runner.identity.issuer,
    standIn: (owner, name, file, standIn) => world.runner.standIn(known(owner, name), file, standIn),
    async createRepository(wish) {
      const { fullName, git } = await createRepository(repositories, wish);
      return { cloneUrl: `${url}/${fullName}.git`, page: `${url}/${fullName}`, path: git.path };
    },
    endAppTokens: () => apps.endTokens(),
    appTokens: () => apps.tokens(),
    repositoryPath: (owner, name) => known(owner, name).git.path,
    changeRules(owner, name, rules) {
      const repository = known(owner, name);
      repository.record.rules = rules.map(wholeRule);
      repository.save();
    },
    async addWebhook(owner, name, hook) {
      const repository = known(owner, name);
      await repository.alone(async () => {
        const others = repository.record.hooks.filter((each) => each.url !== hook.url);
        repository.record.hooks = [...others, newHook(repository, hook)];
      });
    },
    addBoard(owner, name, { title, fields }) {
      const repository = known(owner, name);
      const boards = repositories
        .all()
        .filter(({ record }) => record.owner === repository.record.owner)
        .flatMap(({ record }) => record.boards ?? []);
      return repository.alone(async () => {
        const there = boards.find((one) => one.title === title);
        const board = there ?? newBoard(repository, { number: boards.length + 1, title, fields });
        if (!there) repository.record.boards = [...(repository.record.boards ?? []), board];
        return { number: board.number };
      });
    },
    async close() {
      await world.runner.close();
      await close();
      await world.webhooks.close();
      for (const repository of repositories.all()) await repository.close();
    },
  };
}

function newBoard(repository: Repository, { number, title, fields }: BoardWish & { number: number }): BoardRecord {
  return {
    ...{ id: repository.newId(), number, title, items: [] },
    fields: Object.entries(fields).map(([name, options]) => ({
      ...{ id: repository.newId(), name },
      options: options?.map((option, index) => ({ id: `${index}${name.length}a7f`, name: option })) ?? null,
    })),
  };
}

function githubApp(world: World, rateLimit: number | undefined): Hono<GithubEnv> {
  const app = new Hono<GithubEnv>({ getPath: (request) => withEncodedName(getPath(request)) })
    .use(async (c, next) => {
      c.set('world', world);
      await next();
    })
    .route('/', journalRoutes(world.journal) as unknown as Hono<GithubEnv>)
    .route('/api', graphqlRoutes(world))
    .route('/api', restRoutes(world, rateLimit))
    .route('/', gitRoutes(world))
    .route('/', world.runner.identity.routes() as unknown as Hono<GithubEnv>)
    .route('/', artifactRoutes())
    .route('/', archiveRoutes())
    .route('/', repositoryPages())
    .route('/', pullPages())
    .route('/', releasePages())
    .route('/', actionPages());
  app.notFound((c) => (c.req.path.startsWith('/api/') ? notFound().getResponse() : c.text('Not Found', 404)));
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    console.error('sandbox GitHub:', error);
    return refuse(500, 'Server Error').getResponse();
  });
  return app;
}
