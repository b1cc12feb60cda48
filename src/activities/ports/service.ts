import type { Project, Role } from '../../domain/project.ts';
import type { Signatures } from '../../domain/run/proof.ts';

/** Credentials as files, read anew at each attempt; only on the publish worker. `credential-missing` names the file. */
export interface Credentials {
  read(name: string): Promise<string>;
  /** A private key: of several lines. */
  key(name: string): Promise<string>;
}

/** What the service's own configuration knows of people and projects. */
export interface Directory {
  project(name: string): Promise<Project>;
  /** Roles that hold everywhere, and with `project` also those that hold in it. */
  people(project?: string): Promise<readonly DirectoryPerson[]>;
  signatures(): Promise<Signatures>;
  /** Where people reach the API, if the service's configuration says so. */
  url(): Promise<string | undefined>;
}

export interface DirectoryPerson {
  readonly login: string;
  readonly name: string;
  readonly roles: readonly Role[];
}
