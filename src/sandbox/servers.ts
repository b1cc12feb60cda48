import { type Advisories, startAdvisories } from './advisories.ts';
import { type SandboxDocker, startDocker } from './docker.ts';
import type { Tokens, User } from './github/people.ts';
import { type Github, startGithub } from './github/start.ts';
import { type SandboxIndex, startIndex } from './index/start.ts';
import type { Journal } from './journal.ts';
import type { Keys } from './keys.ts';
import { APP, APP_INSTALLED, INDEX_OWNER, PEOPLE, SERVICE } from './people.ts';
import type { Places } from './places.ts';
import type { Ports } from './ports.ts';
import { type SandboxRegistry, startRegistry } from './registry.ts';

/** What stands for the world outside: real servers, each on a port of this machine. */
export interface Servers {
  readonly index: SandboxIndex;
  readonly testIndex: SandboxIndex;
  readonly github: Github;
  readonly advisories: Advisories;
}

export interface ServerPlan {
  readonly places: Places;
  readonly ports: Ports;
  readonly keys: Keys;
  readonly journal: Journal;
}

export async function startServers(
  plan: ServerPlan,
  closing: (close: () => Promise<unknown>) => void,
): Promise<Servers> {
  const { places, ports, keys, journal } = plan;
  const people = Object.fromEntries(PEOPLE.map(({ login }) => [login, keys.people[login]?.password ?? '']));
  const index = (name: 'pypi' | 'testpypi', server: 'index' | 'testIndex') =>
    startIndex({
      ...{ name, server, people, journal },
      state: places[server],
      port: ports[server],
      tokens: { [keys[server]]: { user: INDEX_OWNER } },
    });
  const started = [
    index('pypi', 'index'),
    index('testpypi', 'testIndex'),
    startGithub({
      state: places.github,
      port: ports.github,
      journal,
      users: [...PEOPLE, SERVICE].map(({ login, name, email }): User => ({ login, name, email })),
      tokens: githubTokens(keys),
      apps: [{ ...APP, publicKey: keys.app.publicKey, installations: [APP_INSTALLED] }],
    }),
    startAdvisories({ journal, port: ports.advisories }),
  ] as const;
  for (const one of started)
    void one.then(
      ({ close }) => closing(close),
      () => {},
    );
  const [production, testIndex, github, advisories] = await Promise.all(started);
  return { index: production, testIndex, github, advisories };
}

function githubTokens(keys: Keys): Tokens {
  const people = PEOPLE.map(({ login, github }): [string, Tokens[string]] => {
    return [keys.people[login]?.githubToken ?? '', { login, scopes: [github] }];
  });
  return { ...Object.fromEntries(people), [keys.github]: { login: SERVICE.login, scopes: ['write'] } };
}

/** Containers, where they can be had. `why`: what is missing, in words for people. */
export interface Containers {
  readonly registry: SandboxRegistry | undefined;
  readonly dockerHost: string | undefined;
  readonly baseImage: string | undefined;
  readonly why: string | undefined;
}

export async function startContainers(
  { places, ports, keys, journal, tools }: ServerPlan & { readonly tools: string },
  closing: (close: () => Promise<unknown>) => void,
): Promise<Containers> {
  const [docker, registry] = await Promise.all([
    startDocker({ state: places.docker, tools }).then((one) => {
      if (one.there) closing(one.close);
      return one;
    }),
    startRegistry({ state: places.registry, users: { slipway: keys.registry }, journal, port: ports.registry }).then(
      (one) => {
        if (one) closing(one.close);
        return one;
      },
    ),
  ]);
  const why = obstacle(docker, registry);
  if (!docker.there) return { registry, dockerHost: undefined, baseImage: undefined, why };
  return { registry, dockerHost: docker.host, baseImage: docker.baseImage, why };
}

function obstacle(docker: SandboxDocker, registry: SandboxRegistry | undefined): string | undefined {
  if (!docker.there) return docker.why;
  if (docker.baseImage === undefined) return "no base image can be made of this machine's Python";
  return registry === undefined ? 'docker-registry is not installed' : undefined;
}
