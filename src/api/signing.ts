import { randomUUID, sign } from 'node:crypto';
import type { SigningKey } from '../config/signatures.ts';
import { type SentSignal, type SentStart, signedSignal, signedStart } from '../domain/run/proof.ts';

/** What a run's first activity, and what a run itself, takes as the API's own word. Without a key nothing is signed. */
export interface Signer {
  /** The request with its proof, good for one run. */
  start<R extends object>(sent: SentStart & { readonly request: R }): Promise<R>;
  /** The first argument of a workflow that a schedule starts again and again; `id` is the one that the schedule's action names. */
  schedule<R extends object>(sent: SentStart & { readonly request: R }): Promise<R>;
  /** The payload with its proof, good for this execution. */
  signal(sent: SentSignal): Promise<object>;
  signs(): Promise<boolean>;
}

export function signerWith(key: () => Promise<SigningKey | undefined>, now: () => Date = () => new Date()): Signer {
  async function proven<R extends object>(value: R, text: (head: Head) => string, nonce?: string): Promise<R> {
    const signing = await key();
    if (!signing) return value;
    const head = { kid: signing.kid, at: now().toISOString(), ...(nonce === undefined ? {} : { nonce }) };
    const signature = sign(null, Buffer.from(text(head)), signing.privateKey).toString('hex');
    return { ...value, proof: { ...head, signature } };
  }

  return {
    start: (sent) => proven(sent.request, (head) => signedStart(sent, head), randomUUID()),
    schedule: (sent) => proven(sent.request, (head) => signedStart(sent, head)),
    signal: (sent) => proven(sent.payload, (head) => signedSignal(sent, head)),
    signs: async () => (await key()) !== undefined,
  };
}

interface Head {
  readonly kid: string;
  readonly at: string;
  readonly nonce?: string;
}
