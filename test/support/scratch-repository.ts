import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real git repository in a folder of its own, which nothing of this machine's git settings reaches. */
export class ScratchRepository {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-repository-')));
  #commits = 0;

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): this {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), content);
    }
    return this;
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Everything that is there, in a commit of its own; a day after the one before. */
  commit(message: string): this {
    this.#commits += 1;
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this;
  }

  tag(name: string): this {
    this.git('tag', '--annotate', name, '--message', name);
    return this;
  }

  git(...args: readonly string[]): string {
    const date = new Date(Date.UTC(2026, 0, 1 + this.#commits)).toISOString();
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: this.folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        ...{ GIT_AUTHOR_NAME: 'Kim', GIT_AUTHOR_EMAIL: 'kim@acme.example', GIT_AUTHOR_DATE: date },
        ...{ GIT_COMMITTER_NAME: 'Kim', GIT_COMMITTER_EMAIL: 'kim@acme.example', GIT_COMMITTER_DATE: date },
      },
    });
  }

  /** Paths that differ from the last commit, with git's two letters. */
  status(): string[] {
    return this.git('status', '--porcelain', '--untracked-files=all').split('\n').filter(Boolean);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
