import { createSecretKey, randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { type EncryptionKeys, encryptionCodec } from '../../src/temporal/codec.ts';
import { keyring } from '../../src/temporal/keyring.ts';

const [spring, summer] = [0, 1].map(() => createSecretKey(randomBytes(32))) as [never, never];
const both = { spring, summer };
const codecWith = (keys: EncryptionKeys, namespace = 'releases') =>
  encryptionCodec({ namespace, keys: async () => keys });
const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;
const readBack = (payload: Payload | undefined) => defaultPayloadConverter.fromPayload(payload!);

async function one(codec: ReturnType<typeof codecWith>, what: 'encode' | 'decode', payload: Payload): Promise<Payload> {
  return (await codec[what]([payload]))[0]!;
}

describe('codec', () => {
  test('codec: what is encrypted holds nothing of what it was, and comes back as it was', async () => {
    const codec = codecWith({ current: 'spring', keys: both });
    const payloads = [{ reason: 'it crashes on start' }, 'text', null, 1, undefined].map(plain);
    const encoded = await codec.encode(payloads);
    expect(Buffer.concat(encoded.map(({ data }) => data!)).toString('latin1')).not.toMatch(/crashes|json|text/);
    expect((await codec.decode(encoded)).map(readBack)).toEqual(payloads.map(readBack));
    const [again] = await codec.encode(payloads.slice(0, 1));
    expect(again!.data).not.toEqual(encoded[0]!.data);
  });

  test('codec: the current key writes, every key that is listed reads', async () => {
    const old = await one(codecWith({ current: 'spring', keys: both }), 'encode', plain('from spring'));
    const now = codecWith({ current: 'summer', keys: both });
    const young = await one(now, 'encode', plain('from summer'));
    expect(Buffer.from(young.metadata!['encryption-key-id']!).toString()).toBe('summer');
    expect((await now.decode([old, young])).map(readBack)).toEqual(['from spring', 'from summer']);
  });

  test('codec: what was written before encryption is read as it is, and without a current key nothing is encrypted', async () => {
    expect(readBack(await one(codecWith({ current: 'spring', keys: both }), 'decode', plain('old')))).toBe('old');
    const off = codecWith({ keys: both });
    expect(await one(off, 'encode', plain('open'))).toEqual(plain('open'));
    const before = await one(codecWith({ current: 'spring', keys: both }), 'encode', plain('was'));
    expect(readBack(await one(off, 'decode', before))).toBe('was');
  });

  test('codec: a key that is not there is named, and is no error of the payload', async () => {
    const payload = await one(codecWith({ current: 'spring', keys: both }), 'encode', plain('secret'));
    await expect(codecWith({ current: 'summer', keys: { summer } }).decode([payload])).rejects.toMatchObject({
      code: 'encryption-key-missing',
      message: expect.stringContaining('"spring"'),
    });
  });

  test.each([
    [
      'another key under the same id',
      { current: 'spring', keys: { spring: summer } },
      'releases',
      (one: Payload) => one,
    ],
    ['another namespace', { current: 'spring', keys: both }, 'others', (one: Payload) => one],
    ['a changed byte', { current: 'spring', keys: both }, 'releases', (one: Payload) => flipped(one, 20)],
    [
      'a changed end',
      { current: 'spring', keys: both },
      'releases',
      (one: Payload) => flipped(one, one.data!.length - 1),
    ],
    [
      'a cut end',
      { current: 'spring', keys: both },
      'releases',
      (one: Payload) => ({ ...one, data: one.data!.subarray(0, 20) }),
    ],
    ['another key id', { current: 'spring', keys: { ...both, autumn: spring } }, 'releases', renamed],
  ])('codec: %s does not decrypt', async (_, keys, namespace, change) => {
    const payload = await one(codecWith({ current: 'spring', keys: both }), 'encode', plain('secret'));
    await expect(codecWith(keys, namespace).decode([change(payload)])).rejects.toMatchObject({
      code: 'payload-unreadable',
      message: expect.not.stringContaining('secret'),
    });
  });
});

function flipped(payload: Payload, at: number): Payload {
  const data = Buffer.from(payload.data!);
  data[at]! ^= 1;
  return { ...payload, data };
}

function renamed(payload: Payload): Payload {
  return { ...payload, metadata: { ...payload.metadata, 'encryption-key-id': Buffer.from('autumn') } };
}

describe('keyring', () => {
  test('keyring: keys are read anew after a second, at once for one that is missing, and once for all who ask', async () => {
    let keys: EncryptionKeys = { current: 'spring', keys: { spring } };
    let [reads, time] = [0, 0];
    const ask = keyring(
      async () => {
        reads += 1;
        return keys;
      },
      { now: () => time },
    );
    await Promise.all([ask(), ask('spring'), ask()]);
    keys = { current: 'summer', keys: both };
    expect((await ask()).current).toBe('spring');
    expect(reads).toBe(1);
    expect((await ask('summer')).current).toBe('summer');
    expect(reads).toBe(2);
    time = 2_000;
    await ask();
    expect(reads).toBe(3);
  });

  test('keyring: while the files cannot be read the last keys count, and that is told; without any it is an error', async () => {
    let broken = true;
    let time = 0;
    const told: unknown[] = [];
    const ask = keyring(
      async () => {
        if (broken) throw new Error('half written');
        return { current: 'spring', keys: { spring } };
      },
      { now: () => time, warn: (cause) => told.push(cause) },
    );
    await expect(ask()).rejects.toThrow('half written');
    broken = false;
    await ask();
    [broken, time] = [true, 2_000];
    expect((await ask()).current).toBe('spring');
    expect(told).toHaveLength(1);
  });
});
