import { basename } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { askTools } from './tools-python.ts';

/** A field may come more than once. */
export type FormFields = readonly (readonly [name: string, value: string])[];

/** What an index wants to know about a file beside its bytes, read from the file by twine. */
export async function formFields(
  tools: string,
  file: string,
  { comment = '', signal }: { comment?: string | undefined; signal?: AbortSignal | undefined },
): Promise<FormFields> {
  try {
    const args = [file, comment];
    return (await askTools({
      tools,
      script: 'form_fields.py',
      args,
      signal,
      otherwise: 'metadata-refused',
    })) as FormFields;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'metadata-refused') throw error;
    throw new Problem('metadata-refused', `${basename(file)} can't be uploaded: ${error.message}`);
  }
}
