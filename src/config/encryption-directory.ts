import { type EncryptionFile, readEncryption } from './encryption.ts';
import { configurationProblem, type Fault } from './faults.ts';
import { faultAt } from './schema-faults.ts';
import type { ServiceFile } from './service-file.ts';
import { readYaml } from './yaml-source.ts';

export type { EncryptionFile } from './encryption.ts';

interface Read {
  readonly file: string;
  readonly service: () => Promise<ServiceFile>;
  readonly text: () => Promise<string>;
}

/** The keys of slipway.yaml for what Temporal keeps, read anew whenever they are asked for. */
export function encryptionDirectory({ file, service, text }: Read) {
  async function read(): Promise<{ encryption: EncryptionFile; faults: Fault[] }> {
    const { encryption, findings } = await readEncryption((await service()).encryption, file);
    if (findings.length === 0) return { encryption, faults: [] };
    const source = readYaml(await text(), file);
    return { encryption, faults: findings.map((finding) => faultAt(source, file, finding)) };
  }

  return {
    async keys(): Promise<EncryptionFile> {
      const { encryption, faults } = await read();
      if (faults.length > 0) throw configurationProblem(faults);
      return encryption;
    },
    faults: async () => (await read()).faults,
  };
}
