import { createHash } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { openSdist, openWheel } from './archive.ts';
import type { Digests, StoredFile } from './catalogue.ts';
import { checkExtension, checkSdistName, checkWheelName } from './file-name.ts';
import { Refusal } from './refusal.ts';
import type { UploadForm } from './upload-form.ts';

export const MIB = 1024 * 1024;

export interface IncomingFile {
  readonly filename: string;
  readonly content: Uint8Array;
  readonly digests: Digests;
}

/** The file's bytes arrived as the client meant them. */
export async function receive(form: UploadForm, limit: number): Promise<IncomingFile> {
  const filename = form.content.name;
  checkExtension(filename, form.filetype);
  if (form.content.size > limit) {
    throw new Refusal(
      400,
      `File too large. Limit for project '${form.name}' is ${Math.floor(limit / MIB)} MB. See /project-management/storage-limits for more information.`,
    );
  }
  const content = new Uint8Array(await form.content.arrayBuffer());
  const digests = {
    md5: createHash('md5').update(content).digest('hex'),
    sha256: sha256(content),
    blake2b_256: Buffer.from(blake2b(content, { dkLen: 32 })).toString('hex'),
  };
  for (const key of ['md5', 'sha256', 'blake2b_256'] as const) {
    if (form.expected[key] && form.expected[key] !== digests[key]) {
      throw new Refusal(400, 'The digest supplied does not match a digest calculated from the uploaded file.');
    }
  }
  return { filename, content, digests };
}

/** The file is the distribution that its name and form say; answers a wheel's METADATA. */
export async function checkDistribution(
  { filename, content }: IncomingFile,
  form: UploadForm,
): Promise<Uint8Array | null> {
  if (form.filetype === 'sdist') {
    checkSdistName(filename, form.name, form.version);
    await openSdist(content, filename, form.licenseFiles);
    return null;
  }
  checkWheelName(filename, form.name, form.version);
  return openWheel(content, filename, form.licenseFiles);
}

export function asStored(
  { filename, content, digests }: IncomingFile,
  { form, metadata, at }: { form: UploadForm; metadata: Uint8Array | null; at: Date },
): StoredFile {
  return {
    filename,
    packagetype: form.filetype,
    pythonVersion: form.pythonVersion,
    comment: form.comment,
    size: content.length,
    uploadedAt: at.toISOString(),
    digests,
    metadataSha256: metadata && sha256(metadata),
  };
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
