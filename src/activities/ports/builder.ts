import type { Confinement, Held } from '../../domain/confinement.ts';
import type { Artifact } from './store.ts';

export interface CommandResult extends Held {
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly seconds: number;
  /** stdout and stderr together, in the store. */
  readonly log: Artifact;
  /** The last lines, clamped. */
  readonly tail: string;
}

/** Python environments and the project's own commands, on a build worker. */
export interface Builder {
  /**
   * A virtual environment in `folder` with what pip-style arguments ask for (run in `cwd`), e.g. ['-e', '.[test]'].
   * `environment-failed` with the log. `interpreter-missing` where `python` (e.g. "3.11"; null: the default) is not there.
   */
  environment(
    folder: string,
    options: {
      python: string | null;
      cwd: string;
      install: readonly string[];
      hashes?: readonly string[];
      env?: Environment;
      confinement?: Confinement;
    },
  ): Promise<{ python: string; version: string; packages: Artifact }>;
  /** The executable of a Python version, or undefined; it counts as there when `--version` runs. */
  interpreter(version: string): Promise<string | undefined>;
  /** sdist and wheel from a clean checkout into `out`; `build-failed` with the log. */
  build(options: {
    cwd: string;
    out: string;
    sourceDateEpoch: number;
    env?: Environment;
    confinement?: Confinement;
    sdistOnly?: boolean;
  }): Promise<{ files: readonly string[]; log: Artifact; held: Held }>;
  /** twine's strict check, and that names and versions in the files are these; `metadata-refused`. */
  checkMetadata(files: readonly string[], expected: { name: string; version: string }): Promise<void>;
  /** A project's own command as written (a shell line), isolated where it can be had, its whole process tree ended at the limit or on cancel. */
  run(options: ProjectCommand): Promise<CommandResult>;
  /** Starts a server command, waits until `ready` answers, hands over, then ends its whole tree. */
  serve(options: ProjectCommand & { url: string }, use: (baseUrl: string) => Promise<void>): Promise<CommandResult>;
  /** A tool of ours from the tools environment (towncrier, pip-audit, pip-licenses, uv …), argument array. */
  tool(
    name: string,
    args: readonly string[],
    options: {
      cwd: string;
      timeout: number;
      env?: Environment;
      /** An environment whose Python it starts: that runs the project's code, so the tool is held as such. */
      venv?: string;
      confinement?: Confinement;
    },
  ): Promise<CommandResult & { stdout: string }>;
}

export type Environment = Readonly<Record<string, string>>;

/** Folders of this machine for one piece of work each; nothing in them outlives the worker. */
export interface Workspaces {
  open(): Promise<Workspace>;
  /** A folder made once by this worker for everything that needs the same (`key`), e.g. an environment; the least used go first. */
  shared(key: string, make: (workspace: Workspace) => Promise<void>): Promise<Workspace>;
}

export interface Workspace {
  readonly folder: string;
  /** Paths are relative to the folder. */
  text(path: string): Promise<string | undefined>;
  write(path: string, content: Uint8Array): Promise<void>;
  /** At once, for pure functions that read here and there. */
  bytes(path: string): Uint8Array | undefined;
  /** A copy of a folder, links and modes kept. */
  copyFrom(folder: string, to: string): Promise<void>;
  /** All files below, sorted. */
  files(under: string): Promise<string[]>;
  /** A tar whose bytes depend on names, modes and contents alone. */
  pack(folder: string, archive: string): Promise<void>;
  unpack(archive: string, folder: string): Promise<void>;
  dispose(): Promise<void>;
}

export interface ProjectCommand {
  readonly name: string;
  readonly run: string;
  readonly cwd: string;
  /** A virtual environment whose programs come first on the PATH. */
  readonly venv?: string;
  /** Seconds. */
  readonly timeout: number;
  readonly network: boolean;
  readonly env?: Environment;
  readonly confinement?: Confinement;
  /** In the namespace, `cwd` is seen at this path (what an editable install points to); without namespaces the command runs there itself. */
  readonly mountAt?: string;
  /** Folders the command may read besides the system's and `cwd`. */
  readonly readable?: readonly string[];
}
