import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ENV = {
  ...{ PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  ...{ GIT_AUTHOR_NAME: 'Ann Author', GIT_AUTHOR_EMAIL: 'ann@example.org', GIT_AUTHOR_DATE: '1700000000 +0100' },
  ...{
    GIT_COMMITTER_NAME: 'Cem Committer',
    GIT_COMMITTER_EMAIL: 'cem@example.org',
    GIT_COMMITTER_DATE: '1700000001 +0000',
  },
};

/** Plain git, past the client that is tested. */
export function plainGit(folder: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    env: ENV,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export function write(folder: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A working tree with one commit on main. */
export function makeRepository(folder: string, files: Record<string, string> = { 'README.md': '# sample\n' }): string {
  mkdirSync(folder, { recursive: true });
  plainGit(folder, 'init', '--quiet', '--initial-branch=main');
  return commitFiles(folder, files, 'first');
}

export function commitFiles(folder: string, files: Record<string, string>, message: string): string {
  write(folder, files);
  plainGit(folder, 'add', '--all');
  plainGit(folder, 'commit', '--quiet', '--allow-empty', '-m', message);
  return plainGit(folder, 'rev-parse', 'HEAD');
}

/** A bare copy that takes pushes over HTTP. */
export function makeRemote(root: string, name: string, from: string): string {
  const folder = join(root, `${name}.git`);
  plainGit(root, 'clone', '--quiet', '--bare', from, folder);
  plainGit(folder, 'config', 'http.receivepack', 'true');
  return folder;
}
