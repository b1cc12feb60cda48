import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Problem } from '../domain/problem.ts';

export const MANIFEST = 'manifest.json';
export const FORMAT = 1;

const savedFile = z.object({
  /** Below the state's folder. */
  path: z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[^/\\\0][^\\\0]*$/),
  size: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const schema = z.object({
  format: z.literal(FORMAT),
  /** Who wrote it; the database's schema belongs to the version of the Temporal CLI. */
  slipway: z.string(),
  temporal: z.string(),
  createdAt: z.string(),
  secrets: z.boolean(),
  files: z.array(savedFile),
});

export type BackupManifest = z.output<typeof schema>;
export type SavedFile = z.output<typeof savedFile>;

export function parseManifest(text: string): BackupManifest {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Problem('backup-unreadable', `its ${MANIFEST} is no JSON`);
  }
  const { format, slipway } = (read ?? {}) as Record<string, unknown>;
  if (format !== FORMAT) {
    const writer = typeof slipway === 'string' ? `, written by Slipway ${slipway}` : '';
    throw new Problem('backup-unreadable', `its format is ${String(format)}${writer}; this one reads ${FORMAT}`);
  }
  const parsed = schema.safeParse(read);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Problem('backup-unreadable', `its ${MANIFEST} is not one of a backup`, { faults });
}

export function slipwayVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Why a backup of other versions may not fit; each named. */
export function otherVersions(
  manifest: Pick<BackupManifest, 'slipway' | 'temporal'>,
  ours: { slipway: string; temporal: string },
): string[] {
  const { slipway, temporal } = manifest;
  return [
    ...(slipway === ours.slipway
      ? []
      : [`The backup is of Slipway ${slipway}, this is ${ours.slipway}: open runs go on with the code of this one.`]),
    ...(temporal === ours.temporal
      ? []
      : [
          `Its database is of the Temporal CLI ${temporal}, this machine's is ${ours.temporal}: the schema may differ. If the node does not start, use that version (TEMPORAL_CLI).`,
        ]),
  ];
}
