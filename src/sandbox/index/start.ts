import { Hono } from 'hono';
import type { Journal } from '../journal.ts';
import { journalRoutes } from '../journal-routes.ts';
import { listen } from '../listen.ts';
import { Catalogue } from './catalogue.ts';
import { Control, controlRoutes } from './control.ts';
import { fileRoutes } from './files.ts';
import { MIB } from './incoming-file.ts';
import { jsonRoutes } from './json.ts';
import { managePages } from './manage-pages.ts';
import { projectPages } from './project-pages.ts';
import { Published } from './published.ts';
import { answerRefusals } from './refusal.ts';
import { Sessions } from './sessions.ts';
import { simpleRoutes } from './simple.ts';
import { type TrustedPublisher, TrustedPublishers } from './trusted-publishers.ts';
import { uploadRoutes } from './upload.ts';
import type { Tokens } from './uploader.ts';

export interface IndexOptions {
  readonly name: 'pypi' | 'testpypi';
  /** Its name in the journal. */
  readonly server: 'index' | 'testIndex';
  /** The folder that holds its files and state: a restart goes on from there. */
  readonly state: string;
  readonly tokens: Tokens;
  /** Names that belong to somebody before their first upload. */
  readonly owners?: Readonly<Record<string, readonly string[]>>;
  /** Passwords of people, with which they log in to yank. */
  readonly people?: Readonly<Record<string, string>>;
  readonly journal: Journal;
  readonly port?: number;
  readonly now?: () => Date;
  /** The largest file in bytes. */
  readonly fileLimit?: number;
}

export interface SandboxIndex {
  readonly url: string;
  readonly uploadUrl: string;
  readonly simpleUrl: string;
  /** `<jsonUrl>/<name>/<version>/json`, as in the project file. */
  readonly jsonUrl: string;
  /** With `{name}` and `{version}`, as in the project file. */
  readonly pageUrl: string;
  /** Where an owner yanks, with `{name}`. */
  readonly manageUrl: string;
  readonly control: Control;
  /** From now on a workflow may publish a project without a token that is kept anywhere. */
  trust(publisher: TrustedPublisher): void;
  close(): Promise<void>;
}

/** A package index that behaves as PyPI and TestPyPI do, on a port of this machine. */
export async function startIndex(options: IndexOptions): Promise<SandboxIndex> {
  const { name, server, journal, tokens, owners = {}, people = {} } = options;
  const { now = () => new Date(), fileLimit = 100 * MIB } = options;
  const catalogue = new Catalogue(options.state);
  const published = new Published(catalogue);
  const control = new Control(catalogue, published);
  const trusted = new TrustedPublishers(name, now);

  const app = new Hono()
    .onError(answerRefusals)
    .route('/', journalRoutes(journal))
    .route('/', controlRoutes(control))
    .use(journal.faulty(server, (c) => (c.req.method === 'GET' || c.req.method === 'HEAD' ? 'read' : undefined)))
    .route('/', trusted.routes())
    .route('/', uploadRoutes({ trusted, server, catalogue, journal, tokens, owners, now, fileLimit }))
    .route('/', simpleRoutes(catalogue, published))
    .route('/', jsonRoutes(published))
    .route('/', fileRoutes(catalogue))
    .route('/', projectPages(name, catalogue))
    .route('/', managePages({ index: name, server, catalogue, journal, sessions: new Sessions(people) }));
  const { url, close } = await listen(app, options.port);

  return {
    url,
    uploadUrl: `${url}/legacy/`,
    simpleUrl: `${url}/simple/`,
    jsonUrl: `${url}/pypi`,
    pageUrl: `${url}/project/{name}/{version}/`,
    manageUrl: `${url}/manage/project/{name}/releases/`,
    control,
    trust: (publisher) => trusted.trust(publisher),
    close,
  };
}
