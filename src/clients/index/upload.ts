import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { IndexReads, IndexWrites } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import type { IndexTarget } from '../../domain/project.ts';
import { digestOfFile } from '../digests.ts';
import { hostOf, send } from '../http.ts';
import { type AddressBook, addressesOf } from './addresses.ts';
import { uploadProblem } from './answers.ts';
import { type FormFields, formFields } from './form-fields.ts';
import type { IndexOptions } from './index-client.ts';

const KEPT_FORMS = 64;

/**
 * twine reads the file's metadata, the request is ours: twine and uv both send a POST again after a 5xx and can't be told
 * not to, and neither hands on Retry-After. So the token is in one header and in no process's environment.
 */
export function indexUpload(reads: IndexReads, book: AddressBook, options: IndexOptions): IndexWrites['upload'] {
  /** PyPI answers 200 to the same bytes once more; others call every second upload a conflict. */
  async function holdsTheSame(index: IndexTarget, fields: FormFields, file: string): Promise<boolean> {
    const { name = '', version = '', sha256_digest } = Object.fromEntries(fields);
    const files = (await reads.files(index, name, version)) ?? [];
    return files.some(({ filename, sha256 }) => filename === basename(file) && sha256 === sha256_digest);
  }

  /** Of the same bytes under the same name: what was rehearsed is not read again for the index itself. */
  const known = new Map<string, FormFields>();

  async function fieldsOf(file: string, comment?: string): Promise<FormFields> {
    const key = JSON.stringify([basename(file), await digestOfFile(file), comment]);
    const fields =
      known.get(key) ?? (await formFields(options.tools, file, { comment, signal: options.cancellation?.() }));
    known.set(key, fields);
    for (const oldest of [...known.keys()].slice(0, -KEPT_FORMS)) known.delete(oldest);
    return fields;
  }

  return async (index, token, file, metadata) => {
    const { uploadUrl } = addressesOf(index, book);
    const fields = await fieldsOf(file, metadata?.comment);
    const { type, body } = await form(fields, file);
    const headers = {
      authorization: `Basic ${Buffer.from(userAndPassword(token)).toString('base64')}`,
      accept: 'application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7',
      'content-type': type,
      'user-agent': options.userAgent,
    };
    const answer = await send(
      uploadUrl,
      { method: 'POST', headers, body },
      { unreachable: 'index-unreachable', seconds: options.uploadSeconds, signal: options.cancellation?.() },
    );
    if (answer.status === 200 || answer.status === 201) return;
    if (answer.status >= 300 && answer.status < 400) throw moved(uploadUrl, answer.headers.get('location'));
    const problem = uploadProblem(answer, basename(file), token);
    if (problem.code === 'index-conflict' && (await holdsTheSame(index, fields, file))) return;
    throw problem;
  };
}

/** An API token has no colon; other indexes know people by name and password. */
function userAndPassword(token: string): string {
  return token.includes(':') ? token : `__token__:${token}`;
}

/** Not FormData: it would turn every line end of the description into CRLF. */
async function form(fields: FormFields, file: string): Promise<{ type: string; body: Blob }> {
  const boundary = `slipway-${randomUUID()}`;
  const all = [...fields, [':action', 'file_upload'], ['protocol_version', '1']] as const;
  const head = all.map(([name, value]) => `${part(boundary, `name="${name}"`)}\r\n${value}\r\n`).join('');
  const content = part(boundary, `name="content"; filename="${basename(file)}"`);
  const body = new Blob([
    `${head}${content}Content-Type: application/octet-stream\r\n\r\n`,
    await readFile(file),
    `\r\n--${boundary}--\r\n`,
  ]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}

function part(boundary: string, disposition: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
}

function moved(uploadUrl: string, location: string | null): Problem {
  return new Problem(
    'index-refused',
    `${hostOf(uploadUrl)} sends uploads elsewhere (${location ?? 'it does not say where'}): correct the index's upload address`,
  );
}
