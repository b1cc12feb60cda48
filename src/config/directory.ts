import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Problem } from '../domain/problem.ts';
import type { Project, Role } from '../domain/project.ts';
import type { Signatures } from '../domain/run/proof.ts';
import { type ClaimedPerson, type Claims, claimedPerson } from './claimed-person.ts';
import { type EncryptionFile, encryptionDirectory } from './encryption-directory.ts';
import { configurationProblem, type Fault } from './faults.ts';
import type { OidcFile } from './oidc-schema.ts';
import { parseProjectFile, readProjectFile } from './project-file.ts';
import { projectName } from './project-schema.ts';
import { type PersonEntry, parseServiceFile, type ServiceFile } from './service-file.ts';
import type { SigningKey } from './signatures.ts';
import { signedInPeople } from './signed-in.ts';
import { signingDirectory } from './signing-directory.ts';
import type { BucketPlace } from './store-schema.ts';
import { hashToken, sameHash } from './tokens.ts';

export interface KnownPerson {
  readonly login: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** How long people stay signed in, in seconds; `since`: whoever signed in before is signed out; `oidc`: by an identity provider, if there is one. */
export type SessionRules = ServiceFile['sessions'] & { readonly oidc?: number };

export type IndexAddresses = ServiceFile['indexes'];

/** What the service's files say of people and projects, read anew whenever it is asked: an edit needs no restart. */
export interface FileDirectory {
  project(name: string): Promise<Project>;
  /** Names of the projects that have a file, sorted. */
  projects(): Promise<string[]>;
  /** Roles are those that hold everywhere, and with a project also those that hold in it. */
  people(project?: string): Promise<KnownPerson[]>;
  person(login: string, project?: string): Promise<KnownPerson | undefined>;
  /** Whose account on GitHub that is, with their roles in the project. */
  personOfGitHub(account: string, project: string): Promise<KnownPerson | undefined>;
  /** Whose token that is; undefined for nobody's and for one that is past its day. */
  personOfToken(token: string, now: Date): Promise<KnownPerson | undefined>;
  /** The same for a token of which only the hash is known. */
  personOfHash(sha256: string, now: Date): Promise<KnownPerson | undefined>;
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
  /** Whom its claims are about; undefined for somebody who cannot be known here. */
  personOfClaims(claims: Claims): Promise<ClaimedPerson | undefined>;
  /** With roles that claims gave, those of the configuration. */
  withRoles(person: ClaimedPerson): Promise<KnownPerson>;
  /** Runs that begin from now on know this person. */
  remember(person: ClaimedPerson, now: Date): Promise<void>;
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

  async function listed(project?: string): Promise<KnownPerson[]> {
    return (await service()).people.map((entry) => known(entry, project));
  }

  async function everybody(project?: string): Promise<KnownPerson[]> {
    const people = await listed(project);
    if (signedIn === undefined || (await service()).oidc === undefined) return people;
    return [...people, ...(await signedIn.all(new Date()))].reduce(merged, []);
  }

  async function personOfHash(sha256: string, now: Date): Promise<KnownPerson | undefined> {
    let found: PersonEntry | undefined;
    for (const entry of (await service()).people) {
      for (const one of entry.tokens) {
        if (sameHash(one.sha256, sha256) && !isPast(one.expires, now)) found = entry;
      }
    }
    return found && known(found);
  }

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
    people: everybody,
    async personOfGitHub(account, project) {
      const isTheirs = ({ github }: PersonEntry) => github?.toLowerCase() === account.toLowerCase();
      const entry = (await service()).people.find(isTheirs);
      return entry && (await everybody(project)).find(({ login }) => login === entry.login);
    },
    person: async (login, project) => (await listed(project)).find((one) => one.login === login),
    personOfToken: (token, now) => personOfHash(hashToken(token), now),
    personOfHash,
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
    async personOfClaims(claims) {
      const { oidc, people } = await service();
      const person = oidc && claimedPerson(claims, oidc, people);
      const known = person && (person.roles.length > 0 || people.some(({ login }) => login === person.login));
      return known ? person : undefined;
    },
    async withRoles(person) {
      const entry = (await listed()).find(({ login }) => login === person.login);
      return entry ? merged([entry], person)[0]! : person;
    },
    remember: async (person, now) => signedIn?.remember(person, now),
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

function known({ login, name, roles, projects }: PersonEntry, project?: string): KnownPerson {
  const further = project === undefined ? [] : (projects[project] ?? []);
  return { login, name: name ?? login, roles: [...new Set([...roles, ...further])] };
}

/** One entry for each login, with the roles of all. */
function merged(people: readonly KnownPerson[], person: KnownPerson): KnownPerson[] {
  const there = people.find(({ login }) => login === person.login);
  if (!there) return [...people, person];
  const both = { ...there, roles: [...new Set([...there.roles, ...person.roles])] };
  return people.map((one) => (one === there ? both : one));
}

function isPast(lastDay: string | undefined, now: Date): boolean {
  return lastDay !== undefined && now.toISOString().slice(0, 10) > lastDay;
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
