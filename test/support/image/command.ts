import { run } from '../../../src/clients/command.ts';

export interface Command {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly seconds?: number;
}

/** What a program writes; with its last words where it fails. The machine's own settings hold: it is the machine's programs that are run. */
export async function output(program: string, args: readonly string[], command: Command = {}): Promise<string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const end = await run(program, args, {
    cwd: command.cwd ?? '/',
    env: { ...Object.fromEntries(own), ...command.env },
    timeoutSeconds: command.seconds ?? 60,
    maxOutput: 1024 * 1024,
  });
  if (end.exitCode === 0 && !end.timedOut) return end.stdout;
  const words = `${end.stdout}\n${end.stderr}`.trim().split('\n').slice(-25).join('\n');
  throw new Error(`${program} ${args.slice(0, 3).join(' ')} … ended with ${end.exitCode}:\n${words}`);
}
