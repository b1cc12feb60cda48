import { satisfies } from '@renovatebot/pep440';
import { Hono } from 'hono';
import type { Journal } from './journal.ts';
import { journalRoutes } from './journal-routes.ts';
import { listen } from './listen.ts';

/** A known weakness of the versions of a package. */
export interface Advisory {
  readonly id: string;
  readonly package: string;
  /** PEP 440, e.g. `>=1.0,<1.4.2`. */
  readonly versions: string;
  readonly fixed?: string;
  readonly summary?: string;
  readonly aliases?: readonly string[];
  /** Taken back by whoever published it. */
  readonly withdrawn?: string;
}

export interface Advisories {
  readonly url: string;
  /** What `pip-audit -s osv --osv-url` wants. */
  readonly osvUrl: string;
  /** From now on these are all that are known. */
  publish(advisories: readonly Advisory[]): void;
  close(): Promise<void>;
}

/** A database of advisories that speaks OSV. Its name for the journal's faults is `advisories`, its action `query`. */
export async function startAdvisories(options: {
  journal: Journal;
  known?: readonly Advisory[];
  port?: number;
}): Promise<Advisories> {
  let known = options.known ?? [];

  const app = new Hono()
    .route('/', journalRoutes(options.journal))
    .put('/_sandbox/advisories', async (c) => {
      const given: unknown = await c.req.json().catch(() => undefined);
      if (!Array.isArray(given) || !given.every(isAdvisory)) {
        return c.json({ error: 'advisories are a list of {id, package, versions, …}' }, 422);
      }
      known = given;
      return c.body(null, 204);
    })
    .use(options.journal.faulty('advisories', () => 'query'))
    .post('/v1/query', async (c) => {
      const query = parseQuery(await c.req.json().catch(() => undefined));
      if (!query) return c.json({ code: 3, message: 'Invalid query.' }, 400);
      const vulns = known.filter((advisory) => concerns(advisory, query)).map(record);
      return c.json(vulns.length > 0 ? { vulns } : {});
    });
  const { url, close } = await listen(app, options.port);

  return {
    url,
    osvUrl: `${url}/v1/query`,
    publish(advisories) {
      known = advisories;
    },
    close,
  };
}

interface Query {
  readonly name: string;
  readonly version: string;
}

function parseQuery(input: unknown): Query | undefined {
  const { package: about, version } = (input ?? {}) as {
    package?: { name?: unknown; ecosystem?: unknown };
    version?: unknown;
  };
  if (typeof about?.name !== 'string' || about.ecosystem !== 'PyPI' || typeof version !== 'string') return undefined;
  return { name: about.name, version };
}

function concerns(advisory: Advisory, { name, version }: Query): boolean {
  return (
    canonical(advisory.package) === canonical(name) && satisfies(version, advisory.versions, { prereleases: true })
  );
}

function canonical(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

function record({ id, package: name, fixed, summary, aliases = [], withdrawn }: Advisory) {
  const events = [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])];
  return {
    schema_version: '1.6.0',
    id,
    aliases,
    summary,
    withdrawn,
    affected: [{ package: { name: canonical(name), ecosystem: 'PyPI' }, ranges: [{ type: 'ECOSYSTEM', events }] }],
  };
}

function isAdvisory(input: unknown): input is Advisory {
  const { id, package: name, versions } = (input ?? {}) as Record<string, unknown>;
  return typeof id === 'string' && typeof name === 'string' && typeof versions === 'string';
}
