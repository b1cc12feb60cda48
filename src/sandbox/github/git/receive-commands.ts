import { gunzipSync } from 'node:zlib';
import { NO_OBJECT } from './names.ts';

export interface ReceiveCommand {
  ref: string;
  from: string | undefined;
  to: string | undefined;
}

/** The references that a push asks to move: the packet lines before the pack (git's pack-protocol documentation). */
export function receiveCommands(body: Uint8Array, encoding: string | undefined): ReceiveCommand[] {
  const bytes = Buffer.from(encoding === 'gzip' || encoding === 'x-gzip' ? gunzipSync(body) : body);
  const commands: ReceiveCommand[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = Number.parseInt(bytes.subarray(at, at + 4).toString('latin1'), 16);
    if (!(length >= 4)) break; // a flush ends the list
    const line = bytes.subarray(at + 4, at + length).toString('utf8');
    const [, from, to, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0\n]+)/.exec(line) ?? [];
    if (from && to && ref) commands.push({ ref, from: objectOrNone(from), to: objectOrNone(to) });
    at += length;
  }
  return commands;
}

function objectOrNone(sha: string): string | undefined {
  return sha === NO_OBJECT ? undefined : sha;
}
