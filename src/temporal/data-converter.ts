import type { DataConverter, Payload } from '@temporalio/common';
import { type EncryptionKeys, encryptionCodec } from './codec.ts';
import { ENCODED_FAILURES } from './encoded-failures-file.ts';
import { keyring } from './keyring.ts';

interface Options {
  readonly namespace: string;
  readonly read: () => Promise<EncryptionKeys>;
  readonly warn?: (cause: unknown) => void;
}

/** How everything of ours that talks to Temporal writes and reads payloads. Failures are encoded where encryption is on at the start. */
export async function dataConverterOf({ namespace, read, warn }: Options) {
  const keys = keyring(read, warn === undefined ? {} : { warn });
  const { current } = await keys();
  const codec = encryptionCodec({ namespace, keys });
  const converter: DataConverter = {
    payloadCodecs: [codec],
    ...(current === undefined ? {} : { failureConverterPath: ENCODED_FAILURES }),
  };
  return { codec, converter, encrypts: current !== undefined };
}

/** As the SDK does it, for payloads that are read from a history itself. */
export async function decodedBy(
  { payloadCodecs = [] }: Pick<DataConverter, 'payloadCodecs'>,
  payload: Payload,
): Promise<Payload> {
  let payloads = [payload];
  for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
  return payloads[0]!;
}
