import type { EncryptionKeys } from './codec.ts';

const READ_EVERY_MS = 1_000;

interface Options {
  readonly now?: () => number;
  /** What could not be read anew, while the keys that were read before go on counting. */
  readonly warn?: (cause: unknown) => void;
}

/** Keys as they are in their files, looked at anew once a second, and at once for a key that is not among them. */
export function keyring(
  read: () => Promise<EncryptionKeys>,
  { now = () => performance.now(), warn = () => {} }: Options = {},
): (wanted?: string) => Promise<EncryptionKeys> {
  let last: { readonly keys: EncryptionKeys; readonly at: number } | undefined;
  let reading: Promise<EncryptionKeys> | undefined;

  async function readAnew(): Promise<EncryptionKeys> {
    try {
      const keys = await read();
      last = { keys, at: now() };
      return keys;
    } catch (error) {
      if (last === undefined) throw error;
      warn(error); // a file that is being edited must not stop the runs
      last = { ...last, at: now() };
      return last.keys;
    }
  }

  return async (wanted) => {
    const fresh = last !== undefined && now() - last.at < READ_EVERY_MS;
    if (last !== undefined && fresh && (wanted === undefined || wanted in last.keys.keys)) return last.keys;
    reading ??= readAnew().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
