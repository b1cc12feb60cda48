import { spawn } from 'node:child_process';
import { type GitObject, ObjectReader } from './object-reader.ts';

export interface GitOptions {
  input?: Uint8Array | string;
  env?: Record<string, string>;
}

export interface GitOutcome {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** Neither the person's nor the machine's git configuration has a say in the sandbox's repositories. */
export function gitEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_TERMINAL_PROMPT: '0',
    ...extra,
  };
}

/** git in one bare repository. Names from outside must have passed `names.ts` before they get here. */
export class Git {
  readonly path: string;
  readonly #objects: ObjectReader;

  constructor(path: string) {
    this.path = path;
    this.#objects = new ObjectReader(path);
  }

  /** By SHA, reference or any other name for one object; undefined where there is none. */
  object(name: string): Promise<GitObject | undefined> {
    return this.#objects.read(name, { contents: true });
  }

  /** The same without its content. */
  async look(name: string): Promise<Pick<GitObject, 'sha' | 'type'> | undefined> {
    return this.#objects.read(name, { contents: false });
  }

  close(): void {
    this.#objects.close();
  }

  /** Standard output without the last line break; throws where git fails. */
  async text(args: string[], options: GitOptions = {}): Promise<string> {
    return (await this.bytes(args, options)).toString('utf8').replace(/\n$/, '');
  }

  async bytes(args: string[], options: GitOptions = {}): Promise<Buffer> {
    const { code, stdout, stderr } = await this.attempt(args, options);
    if (code !== 0) throw new Error(`git ${args[0]} failed (${code}): ${stderr.trim()}`);
    return stdout;
  }

  async attempt(args: string[], { input, env }: GitOptions = {}): Promise<GitOutcome> {
    const child = spawn('git', ['--git-dir', this.path, ...args], { env: gitEnvironment(env) });
    child.stdin.on('error', () => {}); // git may end before it has read all
    child.stdin.end(input);
    const [stdout, stderr, code] = await Promise.all([
      collect(child.stdout),
      collect(child.stderr),
      new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (exit) => resolve(exit ?? 1));
      }),
    ]);
    return { code, stdout, stderr: stderr.toString('utf8') };
  }
}

async function collect(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
