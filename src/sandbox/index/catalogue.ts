import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from '@renovatebot/pep440';
import { normalizeName, sameVersion } from './names.ts';
import { writeWhole } from './write-whole.ts';

export interface Digests {
  readonly md5: string;
  readonly sha256: string;
  readonly blake2b_256: string;
}

export interface StoredFile {
  readonly filename: string;
  readonly packagetype: 'sdist' | 'bdist_wheel';
  readonly pythonVersion: string;
  readonly comment: string;
  readonly size: number;
  readonly uploadedAt: string;
  readonly digests: Digests;
  /** The wheel's METADATA is served beside it (PEP 658). */
  readonly metadataSha256: string | null;
}

export interface Release {
  readonly version: string;
  readonly createdAt: string;
  /** Fixed by the release's first file. */
  readonly info: Readonly<Record<string, unknown>>;
  yanked: boolean;
  yankedReason: string;
  files: StoredFile[];
}

export type ProjectStatus = 'active' | 'quarantined';

export interface Project {
  name: string;
  readonly owners: string[];
  status: ProjectStatus;
  serial: number;
  /** Oldest version first. */
  releases: Release[];
}

interface State {
  serial: number;
  projects: Project[];
  /** Every file name that was ever there: a deleted one never comes back. */
  filenames: string[];
}

export interface NewFile {
  readonly project: string;
  readonly version: string;
  /** Of the project, if this file makes it. */
  readonly owners: readonly string[];
  readonly info: Release['info'];
  readonly file: StoredFile;
  readonly content: Uint8Array;
  readonly metadata: Uint8Array | null;
}

/** Projects, releases and files, on disk. A change is there whole or not at all, also after a crash. */
export class Catalogue {
  readonly #folder: string;
  readonly #state: State;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'state.json');
    this.#state = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as State)
      : { serial: 0, projects: [], filenames: [] };
  }

  get serial(): number {
    return this.#state.serial;
  }

  projects(): readonly Project[] {
    return this.#state.projects;
  }

  project(name: string): Project | undefined {
    return this.#state.projects.find((project) => normalizeName(project.name) === normalizeName(name));
  }

  release(name: string, version: string): Release | undefined {
    return this.project(name)?.releases.find((release) => sameVersion(release.version, version));
  }

  /** Over all projects, as the real index compares. */
  fileNamedOrWithBytes(filename: string, blake2: string): StoredFile | undefined {
    const files = this.projects().flatMap((project) => project.releases.flatMap((release) => release.files));
    return files.find((file) => file.filename === filename || file.digests.blake2b_256 === blake2);
  }

  wasThere(filename: string): boolean {
    return this.#state.filenames.includes(filename);
  }

  add({ project: name, version, owners, info, file, content, metadata }: NewFile): void {
    writeWhole(join(this.#folder, filePath(file)), content);
    if (metadata) writeWhole(join(this.#folder, `${filePath(file)}.metadata`), metadata);

    let project = this.project(name);
    if (!project) {
      project = { name, owners: [...owners], status: 'active', serial: 0, releases: [] };
      this.#state.projects.push(project);
    }
    let release = this.release(name, version);
    if (!release) {
      release = { version, createdAt: file.uploadedAt, info, yanked: false, yankedReason: '', files: [] };
      project.releases.push(release);
      project.releases.sort((a, b) => compare(a.version, b.version));
    }
    release.files.push(file);
    this.#state.filenames.push(file.filename);
    this.#save(project);
  }

  yank(project: Project, release: Release, reason: string): void {
    release.yanked = true;
    release.yankedReason = reason;
    this.#save(project);
  }

  unyank(project: Project, release: Release): void {
    release.yanked = false;
    release.yankedReason = '';
    this.#save(project);
  }

  delete(project: Project, release: Release): void {
    project.releases = project.releases.filter((other) => other !== release);
    this.#save(project);
    for (const file of release.files) {
      rmSync(join(this.#folder, filePath(file)), { force: true });
      rmSync(join(this.#folder, `${filePath(file)}.metadata`), { force: true });
    }
  }

  setStatus(project: Project, status: ProjectStatus): void {
    project.status = status;
    this.#save(project);
  }

  read(path: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(readFileSync(join(this.#folder, path)));
  }

  #save(project: Project): void {
    this.#state.serial += 1;
    project.serial = this.#state.serial;
    writeWhole(join(this.#folder, 'state.json'), Buffer.from(JSON.stringify(this.#state, null, 1)));
  }
}

/** Where a file lies, on disk and below the index's address: by its digest, so it never changes. */
export function filePath({ filename, digests: { blake2b_256: digest } }: StoredFile): string {
  return `packages/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest.slice(4)}/${filename}`;
}
