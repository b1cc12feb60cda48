import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Problem } from '../domain/problem.ts';
import type { Project } from '../domain/project.ts';
import type { Signatures } from '../domain/run/proof.ts';
import { type EncryptionFile, encryptionDirectory } from './encryption-directory.ts';
import { configurationProblem, type Fault } from './faults.ts';
import type { OidcFile } from './oidc-schema.ts';
import { type PeopleDirectory, peopleDirectory } from './people-directory.ts';
import { parseProjectFile, readProjectFile } from './project-file.ts';
import { projectName } from './project-schema.ts';
import { parseServiceFile, type ServiceFile } from './service-file.ts';
import type { SigningKey } from './signatures.ts';
import { signedInPeople } from './signed-in.ts';
import { signingDirectory } from './signing-directory.ts';
import type { BucketPlace } from './store-schema.ts';

export type { KnownPerson } from './people-directory.ts';

/** How long people stay signed in, in seconds; `since`: whoever signed in before is signed out; `oidc`: by an identity provider, if there is one. */
export type SessionRules = ServiceFile['sessions'] & { readonly oidc?: number };

export type IndexAddresses = ServiceFile['indexes'];

/** What the service's files say of people and projects, read anew whenever it is asked: an edit needs no restart. */
export interface FileDirectory extends PeopleDirectory {
  project(name: string): Promise<Project>;
  /** Names of the projects that have a file, sorted. */
  projects(): Promise<string[]>;
  /** By which starts and signals are verified. */
  signatures(): Promise<Signatures>;
  /** For the API alone: undefined where it signs nothing. */
  signingKey(): Promise<SigningKey | undefined>;
  indexes(): Promise<IndexAddresses>;
  /** The bucket of the artifact store and the archive; undefined: they are in the state folder. */
  bucket(): Promise<BucketPlace | undefined>;
  webhookSecret(): Promise<string | undefined>;
  /** What a scrape of /metrics must carry. */
  scrapeToken(): Promise<string | undefined>;
  allowedOrigins(): Promise<readonly string[]>;
  sessions(): Promise<SessionRules>;
  limits(): Promise<ServiceFile['limits']>;
  /** The identity provider, if there is one; its secret is read anew. */
  oidc(): Promise<(OidcFile & { readonly clientSecret?: string }) | undefined>;
  /** Addresses and networks whose word on where a request came from is taken. */
  trustedProxies(): Promise<readonly string[]>;
  /** Where people reach the API. */
  url(): Promise<string | undefined>;
  /** The Temporal UI's page of the namespace. */
  temporalUi(): Promise<string | undefined>;
  allowPrivateAddresses(): Promise<boolean>;
  /** Keys for what Temporal keeps; none of them where nothing is encrypted. */
  encryption(): Promise<EncryptionFile>;
  /** Of project code on build workers. */
  isolation(): Promise<ServiceFile['isolation']>;
  /** Everything that is wrong in slipway.yaml and all project files now. */
  faults(): Promise<Fault[]>;
  /** What keeps the API from signing. */
  signingFaults(): Promise<Fault[]>;
}

/** `config` is slipway.yaml, or the folder that holds it; `state` the folder that API and workers share. */
export function openDirectory(config: string, state?: string): FileDirectory {
  const signedIn = state === undefined ? undefined : signedInPeople(join(state, 'people'));
  const file = config.endsWith('.yaml') || config.endsWith('.yml') ? config : join(config, 'slipway.yaml');
  let last: { text: string; service: ServiceFile } | undefined;

  async function service(): Promise<ServiceFile> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw configurationProblem([unreadable(file, error)]);
    });
    if (last?.text !== text) {
      const read = parseServiceFile(text, file);
      if ('faults' in read) throw configurationProblem(read.faults);
      last = { text, service: read.service };
    }
    return last.service;
  }

  const signing = signingDirectory({ file, service, text: () => readFile(file, 'utf8') });
  const encryption = encryptionDirectory({ file, service, text: () => readFile(file, 'utf8') });
  const folderOf = ({ projects }: ServiceFile) => resolve(dirname(file), projects);

  async function projectNames(): Promise<string[]> {
    const names = await readdir(folderOf(await service())).catch(nothingThere<string[]>([]));
    return names
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => basename(name, '.yaml'))
      .toSorted();
  }

  async function projectText(name: string): Promise<{ path: string; text: string }> {
    const unknown = new Problem('project-unknown', `there is no project ${JSON.stringify(name.slice(0, 80))}`);
    if (!projectName.safeParse(name).success) throw unknown;
    const path = join(folderOf(await service()), `${name}.yaml`);
    const text = await readFile(path, 'utf8').catch(nothingThere<undefined>(undefined));
    if (text === undefined) throw unknown;
    return { path, text };
  }

  async function surroundings(path: string) {
    const { allowFileRepositories, indexes } = await service();
    return { file: path, allowFileRepositories, indexes: Object.keys(indexes) };
  }

  async function secretIn(name: string): Promise<string> {
    const path = resolve(dirname(file), name);
    const secret = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw configurationProblem([unreadable(path, error)]);
    });
    return secret.trim();
  }

  const people = peopleDirectory({ service, signedIn });

  return {
    async project(name) {
      const { path, text } = await projectText(name);
      const project = readProjectFile(text, await surroundings(path));
      if (project.project !== name) {
        throw new Problem('project-invalid', `${path} is the file of the project ${project.project}, not of ${name}`);
      }
      return project;
    },
    projects: projectNames,
    ...people,
    ...signing,
    indexes: async () => (await service()).indexes,
    async bucket() {
      const s3 = (await service()).store?.s3;
      return s3 && { ...s3, credentials: resolve(dirname(file), s3.credentials) };
    },
    async webhookSecret() {
      const { webhookSecretFile } = (await service()).github;
      return webhookSecretFile === undefined ? undefined : secretIn(webhookSecretFile);
    },
    async scrapeToken() {
      const { tokenFile } = (await service()).metrics;
      return tokenFile === undefined ? undefined : secretIn(tokenFile);
    },
    async oidc() {
      const { oidc } = await service();
      if (oidc?.clientSecretFile === undefined) return oidc;
      return { ...oidc, clientSecret: await secretIn(oidc.clientSecretFile) };
    },
    allowedOrigins: async () => (await service()).allowedOrigins,
    async sessions() {
      const { sessions, oidc } = await service();
      return oidc ? { ...sessions, oidc: oidc.session } : sessions;
    },
    limits: async () => (await service()).limits,
    trustedProxies: async () => (await service()).trustedProxies,
    url: async () => (await service()).url,
    temporalUi: async () => (await service()).temporalUi,
    allowPrivateAddresses: async () => (await service()).allowPrivateAddresses,
    encryption: encryption.keys,
    isolation: async () => (await service()).isolation,
    async faults() {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
      if (typeof text !== 'string') return [unreadable(file, text)];
      const read = parseServiceFile(text, file);
      if ('faults' in read) return read.faults;
      const names = await projectNames();
      const ofProjects = await Promise.all(names.map((name) => faultsOfProject(name)));
      return [...(await signing.keyFaults()), ...(await encryption.faults()), ...ofProjects.flat()];
    },
  };

  async function faultsOfProject(name: string): Promise<Fault[]> {
    const path = join(folderOf(await service()), `${name}.yaml`);
    const read = parseProjectFile(await readFile(path, 'utf8'), await surroundings(path));
    if ('faults' in read) return read.faults;
    if (read.project.project === name) return [];
    const remedy = `Call the file ${read.project.project}.yaml, or write project: ${name}.`;
    return [{ file: path, line: 1, path: 'project', message: `is ${read.project.project}`, remedy }];
  }
}

function unreadable(file: string, error: NodeJS.ErrnoException): Fault {
  const remedy = 'Create the file, or correct SLIPWAY_CONFIG; docs/configuration.md shows what goes in.';
  return { file, line: 1, path: '', message: `cannot be read (${error.code ?? error.message})`, remedy };
}

function nothingThere<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
