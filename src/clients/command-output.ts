import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { scrubber } from './scrub.ts';

const LOG_LIMIT = 64 * 1024 * 1024;

interface OutputOptions {
  readonly maxOutput?: number;
  readonly logFile?: string;
  readonly secrets?: readonly string[];
  readonly onLine?: (line: string) => void;
}

/** Takes up what a command writes: scrubbed, the last part in memory, all of it in the log. */
export class Output {
  readonly #streams: readonly [Kept, Kept];
  readonly #log: WriteStream | undefined;
  readonly #sources: readonly Readable[];
  #logged = 0;

  constructor(stdout: Readable, stderr: Readable, options: OutputOptions) {
    this.#log =
      options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
    this.#log?.on('error', () => {}); // reported by `end`
    this.#sources = [stdout, stderr];
    const limit = options.maxOutput ?? 1024 * 1024;
    this.#streams = [new Kept(limit), new Kept(limit)];
    for (const [index, source] of this.#sources.entries()) this.#take(source, this.#streams[index] as Kept, options);
  }

  /** Waits for both streams, but not for a process that has left its group and holds them open. */
  async end(): Promise<{ stdout: string; stderr: string; bytes: Buffer; truncated: boolean }> {
    const ends = this.#sources.map((source) => finished(source, { writable: false }).catch(() => {}));
    const patience = setTimeout(() => {
      for (const source of this.#sources) source.destroy();
    }, 1000);
    await Promise.all(ends);
    clearTimeout(patience);
    for (const stream of this.#streams) stream.finish();
    if (this.#log !== undefined) {
      this.#log.end();
      await finished(this.#log);
    }
    const [out, err] = this.#streams;
    const bytes = out.bytes();
    return {
      stdout: bytes.toString(),
      stderr: err.bytes().toString(),
      bytes,
      truncated: out.truncated || err.truncated,
    };
  }

  #take(source: Readable, kept: Kept, options: OutputOptions): void {
    const scrubbing = scrubber(options.secrets ?? []);
    const lines = options.onLine === undefined ? undefined : new Lines(options.onLine);
    const pass = (piece: Buffer) => {
      if (piece.length === 0) return;
      kept.add(piece);
      lines?.add(piece);
      this.#write(piece);
    };
    source.on('data', (chunk: Buffer) => pass(scrubbing.push(chunk)));
    source.on('error', () => {}); // a stream that breaks off ends: what came counts
    kept.finish = () => {
      pass(scrubbing.end());
      lines?.end();
    };
  }

  #write(piece: Buffer): void {
    if (this.#log === undefined || this.#logged > LOG_LIMIT) return;
    this.#logged += piece.length;
    this.#log.write(piece);
    if (this.#logged > LOG_LIMIT) this.#log.write(`\n… cut: more than ${LOG_LIMIT} bytes of output\n`);
  }
}

/** The last bytes of a stream. */
class Kept {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #size = 0;
  truncated = false;
  finish: () => void = () => {};

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#size > 2 * this.#limit) this.#cut();
  }

  bytes(): Buffer {
    this.#cut();
    return Buffer.concat(this.#pieces);
  }

  #cut(): void {
    if (this.#size <= this.#limit) return;
    this.#pieces = [Buffer.concat(this.#pieces).subarray(-this.#limit)];
    this.#size = this.#limit;
    this.truncated = true;
  }
}

class Lines {
  readonly #each: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(each: (line: string) => void) {
    this.#each = each;
  }

  add(piece: Buffer): void {
    const lines = (this.#rest + this.#decoder.decode(piece, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#each(line.replace(/\r$/, ''));
  }

  end(): void {
    if (this.#rest !== '') this.#each(this.#rest);
    this.#rest = '';
  }
}
