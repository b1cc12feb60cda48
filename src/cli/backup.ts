import { resolve } from 'node:path';
import { writeBackup } from '../node/backup.ts';
import { otherVersions, slipwayVersion } from '../node/manifest.ts';
import { nodeFolder } from '../node/places.ts';
import { restoreBackup } from '../node/restore.ts';
import { temporalVersion } from '../node/temporal.ts';
import { shown } from './words.ts';

interface Options {
  readonly state?: string;
}

/** The state of a node as one file, taken while the node runs. */
export async function backup(to: string, { state, secrets = false }: Options & { secrets?: boolean }): Promise<void> {
  const root = state === undefined ? nodeFolder() : resolve(state);
  const { file, manifest } = await writeBackup(root, { secrets, to, temporal: await temporalVersion() });
  const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0);
  process.stderr.write(
    `${manifest.files.length} files of ${root}, ${(bytes / 1_000_000).toFixed(1)} MB before they were packed.\n${
      secrets
        ? 'Credentials and the signing key are in it: whoever reads this file publishes and signs in your name. Keep it as you keep them.'
        : 'Credentials and the signing key are not in it (--secrets takes them along). It holds reports, logs and who did what: keep it private.'
    }\n`,
  );
  process.stdout.write(`${shown(file)}\n`);
}

export async function restore(file: string, { state, force = false }: Options & { force?: boolean }): Promise<void> {
  const root = state === undefined ? nodeFolder() : resolve(state);
  const ours = { slipway: slipwayVersion(), temporal: await temporalVersion() };
  const { manifest, aside } = await restoreBackup(file, root, { force });
  const told = [
    `${manifest.files.length} files of ${manifest.createdAt}, each compared with its sha256, are in ${root}.`,
    ...otherVersions(manifest, ours),
    ...(aside === undefined ? [] : [`What was there is in ${aside}.`]),
    ...(manifest.secrets
      ? []
      : [
          `Credentials are not in the backup: put them into ${root}/credentials. The node makes a new signing key, and what the old one signed still counts.`,
        ]),
    'Never let two nodes go on with the same runs: see to it that the old one is gone, then start this one. Its runs look at what stands outside before they act.',
  ];
  process.stderr.write(`${told.join('\n')}\n`);
}
