import { mkdir } from 'node:fs/promises';
import type { GitAccess, GitRemoteReads, GitRemoteWrites, RefState, RefUpdate } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { reach } from './access.ts';
import { checkRef, checkSha } from './names.ts';
import { networkProblem } from './network-problem.ts';
import { type Git, type GitOptions, gitProgram } from './program.ts';
import { parsePush, refusal } from './push-report.ts';

export function createGitRemote(options: GitOptions = {}): GitRemoteReads & GitRemoteWrites {
  const { refs, fetch, push } = remoteOf(options);
  return {
    refs: (access, patterns) => renewing(access, (held) => refs(held, patterns)),
    fetch: (access, folder, wanted) => renewing(access, (held) => fetch(held, folder, wanted)),
    push: (access, folder, updates) => renewing(access, (held) => push(held, folder, updates)),
  };
}

/** With another token once, where the one at hand is refused: nothing was done by it. */
async function renewing<T>(access: GitAccess, act: (held: GitAccess) => Promise<T>): Promise<T> {
  try {
    return await act(access);
  } catch (error) {
    const ended = error instanceof Problem && error.code === 'credential-refused';
    if (!ended || access.renew === undefined) throw error;
    return act({ ...access, token: await access.renew() });
  }
}

function remoteOf(options: GitOptions): GitRemoteReads & GitRemoteWrites {
  const git = gitProgram(options);
  const reachOf = (access: GitAccess) => reach(access, { files: options.files ?? false });

  /** ls-remote matches patterns at the end of names as well: `refs/heads/main` also finds `refs/x/refs/heads/main`. */
  async function refs(access: GitAccess, patterns: readonly string[] = []): Promise<RefState> {
    const wanted = patterns.map((pattern) => ({ pattern, matches: matcher(pattern) }));
    const { stdout } = await git(
      ['ls-remote', '--end-of-options', access.url, ...wanted.flatMap(({ pattern }) => [pattern, `${pattern}^{}`])],
      { folder: '/', reach: reachOf(access) },
    );
    const lines = stdout.split('\n').map((line) => line.split('\t') as [string, string?]);
    return Object.fromEntries(
      lines.flatMap(([sha, ref]) => {
        const asked = ref?.startsWith('refs/') && (wanted.length === 0 || wanted.some(({ matches }) => matches(ref)));
        return asked ? [[ref, sha]] : [];
      }),
    );
  }

  return {
    refs,
    async fetch(access, folder, refs) {
      await initBare(git, folder);
      const wanted = refs?.map(checkRef) ?? ['refs/heads/*', 'refs/tags/*'];
      const specs = wanted.map((ref) => `+${ref}:${ref}`);
      const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--update-head-ok'];
      await git(['fetch', ...quiet, '--end-of-options', access.url, ...specs], { folder, reach: reachOf(access) });
    },
    async push(access, folder, updates) {
      for (const { ref, expected, new: wanted } of updates) {
        checkRef(ref);
        for (const sha of [expected, wanted]) if (sha !== null) checkSha(sha);
      }
      const missing = await missingUpdates(updates, () =>
        refs(
          access,
          updates.map(({ ref }) => ref),
        ),
      );
      if (missing.length === 0) return;
      const end = await git(['push', ...pushArguments(access.url, missing)], {
        folder,
        reach: reachOf(access),
        answers: [0, 1],
      });
      if (end.exitCode === 0) return;
      const report = parsePush(end.stdout);
      // Without a line for each ref the other side gave no answer: nothing is known.
      const answered =
        report.length === missing.length && report.every(({ summary }) => !summary.includes('remote failure'));
      if (!answered) throw networkProblem(end.stderr.trim().slice(-1500));
      const there = await refs(
        access,
        missing.map(({ ref }) => ref),
      );
      throw refusal(report, missing, there, end.stderr);
    },
  };
}

/** git refuses to delete what is not there; for us that is done. Only then the remote is asked beforehand. */
async function missingUpdates(
  updates: readonly RefUpdate[],
  look: () => Promise<RefState>,
): Promise<readonly RefUpdate[]> {
  if (updates.every((update) => update.new !== null)) return updates;
  const there = await look();
  return updates.filter((update) => update.new !== null || there[update.ref] !== undefined);
}

function pushArguments(url: string, updates: readonly RefUpdate[]): string[] {
  return [
    '--porcelain',
    '--no-verify',
    ...(updates.length > 1 ? ['--atomic'] : []),
    // An empty expectation means that the ref must not exist.
    ...updates.map(({ ref, expected }) => `--force-with-lease=${ref}:${expected ?? ''}`),
    '--end-of-options',
    url,
    ...updates.map(({ ref, new: wanted }) => `${wanted ?? ''}:${ref}`),
  ];
}

function matcher(pattern: string): (ref: string) => boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const whole = new RegExp(`^${escaped}(\\^\\{\\})?$`);
  return (ref) => whole.test(ref);
}

export async function initBare(git: Git, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await git(['init', '--quiet', '--bare', '--template=', '.'], { folder, env: { GIT_DIR: folder } });
}
