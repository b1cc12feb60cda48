import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Journal } from '../journal.ts';
import type { Runner } from './actions/runner.ts';
import type { Apps } from './apps.ts';
import type { Caller, People } from './people.ts';
import type { Repositories } from './repositories.ts';
import type { Repository } from './repository.ts';
import type { Webhooks } from './webhooks.ts';

/** What every part of the sandbox GitHub works with. */
export interface World {
  /** Where people and git look. */
  readonly html: string;
  readonly api: string;
  readonly uploads: string;
  readonly people: People;
  readonly apps: Apps;
  readonly repositories: Repositories;
  readonly webhooks: Webhooks;
  readonly journal: Journal;
  readonly runner: Runner;
}

export interface GithubEnv {
  Bindings: HttpBindings;
  Variables: { world: World; caller: Caller | null; repository: Repository };
}

export type Ctx = Context<GithubEnv>;
