import type { Signatures } from '../domain/run/proof.ts';
import { configurationProblem, type Fault } from './faults.ts';
import { faultAt, sentence } from './schema-faults.ts';
import type { ServiceFile } from './service-file.ts';
import { type Finding, readPublicKeys, readSigningKey, type SigningKey } from './signatures.ts';
import { readYaml } from './yaml-source.ts';

interface Read {
  readonly file: string;
  readonly service: () => Promise<ServiceFile>;
  readonly text: () => Promise<string>;
}

/** What slipway.yaml says of keys, read anew whenever it is asked: a key is changed without a restart. */
export function signingDirectory({ file, service, text }: Read) {
  async function signatures(): Promise<Signatures> {
    const { unsignedSignals, signatures: entry } = await service();
    const { keys, findings } = await readPublicKeys(entry, file);
    if (findings.length > 0) throw configurationProblem(await located(findings));
    return { unsignedSignals, keys };
  }

  async function ownKey() {
    const { signatures: entry } = await service();
    const { keys } = await readPublicKeys(entry, file);
    return readSigningKey(entry, { file, keys, now: new Date() });
  }

  return {
    signatures,

    async signingKey(): Promise<SigningKey | undefined> {
      const key = await ownKey();
      if (key && 'wrong' in key) throw configurationProblem(await located([findingOf(key)]));
      return key;
    },

    async keyFaults(): Promise<Fault[]> {
      return located((await readPublicKeys((await service()).signatures, file)).findings);
    },

    async signingFaults(): Promise<Fault[]> {
      const { unsignedSignals, signatures: entry } = await service();
      const key = await ownKey();
      if (key && 'wrong' in key) return located([findingOf(key)]);
      const needed = unsignedSignals === 'refuse' || Object.keys(entry.keys).length > 0;
      if (key !== undefined || !needed) return [];
      const remedy = 'Write the file that holds the private key: only the API may read it.';
      return located([findingOf({ wrong: 'is missing, and the API signs with it', remedy })]);
    },
  };

  async function located(findings: readonly Finding[]): Promise<Fault[]> {
    if (findings.length === 0) return [];
    const source = readYaml(await text(), file);
    return findings.map((finding) => faultAt(source, file, finding));
  }
}

function findingOf({ wrong, remedy }: { wrong: string; remedy: string }): Finding {
  return { path: ['signatures', 'key'], text: sentence(wrong, remedy) };
}
