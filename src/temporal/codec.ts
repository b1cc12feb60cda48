import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { Problem } from '../domain/problem.ts';

const { Payload: Message } = proto.temporal.api.common.v1;

/** Without `current` nothing is encrypted any more, and what was can still be read. */
export interface EncryptionKeys {
  readonly current?: string;
  readonly keys: Readonly<Record<string, KeyObject>>;
}

interface Options {
  readonly namespace: string;
  /** As they are now; whoever names one gets them read anew where it is not among them. */
  readonly keys: (wanted?: string) => Promise<EncryptionKeys>;
}

const ENCODING = 'binary/encrypted';
const [IV_BYTES, TAG_BYTES] = [12, 16];

/**
 * Payloads encrypted by the current key and readable by every key that is known; what is not encrypted is read as it is, so that
 * encryption can be switched on while runs wait. Namespace and key are bound to each payload, the workflow is not: who shows a history
 * (the Temporal UI) hands over payloads without saying whose they are.
 */
export function encryptionCodec({ namespace, keys }: Options): PayloadCodec {
  const bound = (kid: string) => Buffer.from(JSON.stringify(['slipway-payload-1', namespace, kid]));

  function encrypt(payload: Payload, kid: string, key: KeyObject): Payload {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound(kid));
    const sealed = [cipher.update(Message.encode(payload).finish()), cipher.final()];
    return {
      metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(kid) },
      data: Buffer.concat([iv, ...sealed, cipher.getAuthTag()]),
    };
  }

  async function decrypt(payload: Payload): Promise<Payload> {
    const kid = Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString();
    const key = (await keys(kid)).keys[kid];
    if (key === undefined)
      throw new Problem('encryption-key-missing', `the encryption key ${JSON.stringify(kid)} is not known here`);
    const data = Buffer.from(payload.data ?? []);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(bound(kid)).setAuthTag(data.subarray(-TAG_BYTES));
      const opened = [decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()];
      return Message.decode(Buffer.concat(opened));
    } catch (cause) {
      throw new Problem(
        'payload-unreadable',
        `a payload that names the key ${JSON.stringify(kid)} was not encrypted by it, or was changed`,
        { cause },
      );
    }
  }

  return {
    async encode(payloads) {
      const { current, keys: known } = await keys();
      const key = current === undefined ? undefined : known[current];
      return key === undefined ? payloads : payloads.map((payload) => encrypt(payload, current!, key));
    },
    decode: (payloads) => Promise.all(payloads.map((payload) => (isEncrypted(payload) ? decrypt(payload) : payload))),
  };
}

export function isEncrypted({ metadata }: Payload): boolean {
  return Buffer.from(metadata?.encoding ?? []).toString() === ENCODING;
}
