import colours from 'picocolors';

const STILL_EVERY_MS = 10_000;

/** What a person reads: a line for each thing that happens, and one on the terminal's last line for what is going on just now. */
export class Display {
  readonly #out: NodeJS.WriteStream;
  readonly #live: boolean;
  readonly #began = performance.now();
  #status = '';
  #saidAt = performance.now();

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
    this.#live = out.isTTY === true;
  }

  line(text = ''): void {
    this.#clear();
    this.#out.write(`${text}\n`);
    this.#saidAt = performance.now();
    this.#draw();
  }

  heading(text: string): void {
    this.line();
    this.line(colours.bold(text));
  }

  /** A line with the time at which it happened. */
  event(text: string): void {
    this.line(`${this.clock()}  ${text}`);
  }

  clock(): string {
    return colours.dim(`${((performance.now() - this.#began) / 1000).toFixed(1).padStart(6)} s`);
  }

  /** Without a terminal it is said now and then, so that nobody wonders whether anything is going on. */
  status(text: string): void {
    this.#status = text;
    if (this.#live) {
      this.#clear();
      this.#draw();
    } else if (text !== '' && performance.now() - this.#saidAt > STILL_EVERY_MS) {
      this.event(colours.dim(text));
    }
  }

  #draw(): void {
    if (!this.#live || this.#status === '') return;
    const width = Math.max(20, (this.#out.columns ?? 80) - 12);
    const text = this.#status.length > width ? `${this.#status.slice(0, width - 1)}…` : this.#status;
    this.#out.write(`${this.clock()}  ${colours.dim(text)}`);
  }

  #clear(): void {
    if (this.#live && this.#status !== '') this.#out.write('\r\u001b[2K');
  }
}
