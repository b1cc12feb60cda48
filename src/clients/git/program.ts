import { fileURLToPath } from 'node:url';
import { Problem } from '../../domain/problem.ts';
import { baseEnvironment, type CommandEnd, run } from '../command.ts';
import type { Reach } from './access.ts';
import { networkProblem } from './network-problem.ts';

export interface GitOptions {
  /** Of the activity that is asking, if any. */
  readonly cancellation?: () => AbortSignal | undefined;
  /** Repositories that are folders of this machine may be asked, as `--repo` and tests do. */
  readonly files?: boolean;
}

export interface Invocation {
  /** The repository, or where one is to be made. */
  readonly folder: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Set when a remote is asked. */
  readonly reach?: Reach;
  /** Exit codes that are answers. */
  readonly answers?: readonly number[];
}

export type Git = (args: readonly string[], invocation: Invocation) => Promise<CommandEnd>;

/** Settings that a repository must not decide: nothing of its own runs, and the same input gives the same objects. */
const SETTINGS = [
  ...['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.attributesFile=/dev/null', 'core.autocrlf=false'],
  ...['core.quotePath=false', 'credential.helper=', 'gc.auto=0', 'maintenance.auto=false'],
  ...['commit.gpgSign=false', 'tag.gpgSign=false', 'push.gpgSign=false', 'i18n.commitEncoding=UTF-8'],
  ...[
    'submodule.recurse=false',
    'fetch.recurseSubmodules=false',
    'push.recurseSubmodules=no',
    'log.showSignature=false',
  ],
  ...['http.lowSpeedLimit=100', 'http.lowSpeedTime=60', 'pack.threads=1', 'init.defaultBranch=main'],
].flatMap((setting) => ['-c', setting]);

const CONFIGURATION = fileURLToPath(new URL('safe.gitconfig', import.meta.url));

/** git itself. What the answer is stands on stdout; any other exit than those asked for is thrown. */
export function gitProgram(options: GitOptions): Git {
  return async (args, { folder, input, env, reach, answers = [0] }) => {
    const signal = options.cancellation?.();
    signal?.throwIfAborted();
    const end = await run('git', [...SETTINGS, ...args], {
      cwd: folder,
      env: environment(reach, env),
      timeoutSeconds: 600,
      maxOutput: 256 * 1024 * 1024,
      signal,
      ...(input === undefined ? {} : { input }),
      ...(reach === undefined ? {} : { secrets: reach.secrets }),
    });
    if (end.cancelled) signal?.throwIfAborted();
    if (answers.includes(end.exitCode) && !end.timedOut && !end.truncated) return end;
    const said = (end.stderr.trim() || end.stdout.trim()).slice(-1500);
    if (reach !== undefined) throw networkProblem(end.timedOut ? 'timed out' : said);
    throw new Problem('git-refused', `git ${args[0]}: ${end.timedOut ? 'took too long' : said}`);
  };
}

function environment(reach: Reach | undefined, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const base = baseEnvironment();
  return {
    ...base,
    HOME: reach?.protocol === 'ssh' ? (base.HOME ?? '/nonexistent') : '/nonexistent', // ssh's keys are there, and so is .netrc
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: CONFIGURATION,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: reach?.protocol ?? 'file',
    ...reach?.env,
    ...env,
  };
}
