import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { gitEnvironment } from './command.ts';

export interface GitObject {
  sha: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  content: Buffer;
}

interface Question {
  line: string;
  contents: boolean;
  answer(object: GitObject | undefined): void;
  fail(error: Error): void;
}

/** Objects of one repository, by any name that git knows, from one lasting `git cat-file`: a process for each would be most of the time. */
export class ObjectReader {
  readonly #path: string;
  readonly #asked: Question[] = [];
  #child: ChildProcessWithoutNullStreams | undefined;
  #seen: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** undefined where there is none; without `contents` its content is empty. */
  read(name: string, { contents }: { contents: boolean }): Promise<GitObject | undefined> {
    if (name.includes('\n')) return Promise.resolve(undefined);
    return new Promise((answer, fail) => {
      const line = `${contents ? 'contents' : 'info'} ${name}\n`;
      this.#asked.push({ line, contents, answer, fail });
      this.#process().stdin.write(line);
    });
  }

  close(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  #process(): ChildProcessWithoutNullStreams {
    if (this.#child) return this.#child;
    const child = spawn('git', ['--git-dir', this.#path, 'cat-file', '--batch-command'], { env: gitEnvironment() });
    this.#child = child;
    this.#seen = Buffer.alloc(0);
    child.stdin.on('error', () => {});
    child.stderr.resume();
    child.stdout.on('data', (chunk: Buffer) => {
      this.#seen = this.#seen.length === 0 ? chunk : Buffer.concat([this.#seen, chunk]);
      this.#answer();
    });
    const ended = (error: Error) => {
      if (this.#child === child) this.#child = undefined;
      for (const question of this.#asked.splice(0)) question.fail(error);
    };
    child.once('error', ended);
    child.once('close', () => ended(new Error('git cat-file ended')));
    return child;
  }

  #answer(): void {
    for (let next = this.#asked[0]; next; next = this.#asked[0]) {
      const end = this.#seen.indexOf(10);
      if (end < 0) return;
      const [sha, type, size, ...more] = this.#seen.subarray(0, end).toString('utf8').split(' ');
      const found = more.length === 0 && size !== undefined && /^[0-9a-f]{40}$/.test(sha ?? '');
      const until = found && next.contents ? end + 1 + Number(size) : end;
      if (this.#seen.length <= until) return;
      const content = Buffer.from(this.#seen.subarray(end + 1, Math.max(until, end + 1)));
      this.#seen = this.#seen.subarray(until + 1);
      this.#asked.shift();
      next.answer(found ? { sha: sha!, type: type as GitObject['type'], content } : undefined);
    }
  }
}
