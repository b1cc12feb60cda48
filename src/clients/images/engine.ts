import type { Environment } from '../command.ts';

/** One build: `run` starts the engine's programs, their output in the build's log, `private` is a folder for what it needs beside the context. */
export interface ImageBuild {
  readonly context: string;
  /** Absolute. */
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The OCI archive to write. */
  readonly out: string;
  readonly sourceDateEpoch: number;
  readonly private: string;
  run(program: string, args: readonly string[], env?: Environment): Promise<void>;
}

/** A program that builds container images. */
export interface Engine {
  /** Name and version where it can build here and now. */
  available(): Promise<string | undefined>;
  build(build: ImageBuild): Promise<void>;
}

/** `--flag key=value` for each. */
export function pairs(flag: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}
