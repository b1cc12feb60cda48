/** What proves that the API sent a start or a signal. Verifying is plain arithmetic, so a run does it itself; signing needs the API's key. */
import { hashes, verify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { canonical } from './messages.ts';
import type { RunKind, SignalName } from './state.ts';

hashes.sha512 = sha512;

export interface Proof {
  /** Which of the service's keys signed it. */
  readonly kid: string;
  /** When, by the API's clock. */
  readonly at: string;
  /** Ed25519, 128 hex digits. */
  readonly signature: string;
}

export interface StartProof extends Proof {
  /** Makes the proof good for one run. A schedule's proof has none: it starts run after run. */
  readonly nonce?: string;
}

export interface PublicKey {
  /** Ed25519, 64 hex digits. */
  readonly publicKey: string;
  /** The last day, in UTC, on which it may have signed anything. */
  readonly until?: string;
}

export type PublicKeys = Readonly<Record<string, PublicKey>>;

export interface Signatures {
  readonly unsignedSignals: 'accept' | 'refuse';
  readonly keys: PublicKeys;
}

/** An execution is told apart by its first run id: a reset keeps it, another start of the same id does not. */
export interface SentSignal {
  readonly namespace: string;
  readonly id: string;
  readonly firstRunId: string;
  readonly name: SignalName;
  readonly payload: object;
}

export interface SentStart {
  readonly namespace: string;
  readonly id: string;
  readonly type: RunKind | (string & {});
  readonly request: object;
}

type Signed<P extends Proof> = Omit<P, 'signature'>;

export function signedSignal(sent: SentSignal, { kid, at }: Signed<Proof>): string {
  const { namespace, id, firstRunId, name, payload } = sent;
  const fields = without(payload, 'proof');
  return canonical({ slipway: 'signal', namespace, id, firstRunId, signal: name, fields, kid, at });
}

export function signedStart(sent: SentStart, { kid, at, nonce }: Signed<StartProof>): string {
  const { namespace, id, type, request } = sent;
  return canonical({
    ...{ slipway: 'start', namespace, id: nonce === undefined ? scheduleOf(id) : id, type },
    ...{ request: without(request, 'proof'), nonce: nonce ?? null, kid, at },
  });
}

/** Temporal gives each run of a schedule the time as the end of its id. */
function scheduleOf(id: string): string {
  return id.replace(/-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, '');
}

/** What was sent as a proof; undefined where there is none. Anything else is a proof that no key has made. */
export function readProof(raw: unknown): StartProof | undefined {
  if (raw === undefined) return undefined;
  const given = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const text = (value: unknown) => (typeof value === 'string' && value.length <= 200 ? value : '');
  const proof = { kid: text(given.kid), at: text(given.at), signature: text(given.signature) };
  return given.nonce === undefined ? proof : { ...proof, nonce: text(given.nonce) };
}

/** The key that a proof is to be verified with, or why none counts for it. */
export function keyFor({ kid, at }: Proof, keys: PublicKeys): { publicKey: string } | { fault: string } {
  const key = Object.hasOwn(keys, kid) ? keys[kid] : undefined;
  if (!key) return { fault: `its proof names the key ${JSON.stringify(kid)}, which this service does not know` };
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at)) return { fault: 'its proof says no time' };
  if (key.until !== undefined && at.slice(0, 10) > key.until)
    return { fault: `its proof is of ${at}, and the key ${kid} counts until ${key.until}` };
  return { publicKey: key.publicKey };
}

/** Why this is no proof of that text; undefined where it is one. */
export function faultOfProof(proof: Proof, text: string, keys: PublicKeys): string | undefined {
  const key = keyFor(proof, keys);
  if ('fault' in key) return key.fault;
  if (
    /^[0-9a-f]{128}$/.test(proof.signature) &&
    verify(bytesOf(proof.signature), new TextEncoder().encode(text), bytesOf(key.publicKey), STRICT)
  )
    return undefined;
  return `its proof is not by the key ${proof.kid} for what was sent: it was changed, or belongs to another run`;
}

/** As RFC 8032 says it, and Node's own crypto. */
const STRICT = { zip215: false };

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Is there anything to verify? Where unsigned ones are taken and no key is known, a proof says nothing. */
export function needsVerifying({ unsignedSignals, keys = {} }: Partial<Signatures>, proof: Proof | undefined): boolean {
  return proof !== undefined && (unsignedSignals === 'refuse' || Object.keys(keys).length > 0);
}

function without(value: object, field: string): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== field));
}
