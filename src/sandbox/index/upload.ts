import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Journal } from '../journal.ts';
import type { Catalogue } from './catalogue.ts';
import { asStored, checkDistribution, type IncomingFile, MIB, receive } from './incoming-file.ts';
import { normalizeName } from './names.ts';
import { Refusal } from './refusal.ts';
import type { TrustedPublishers } from './trusted-publishers.ts';
import { parseUploadForm, type UploadForm } from './upload-form.ts';
import { mayUpload, type Tokens, uploader } from './uploader.ts';

const DAYS_OPEN = 14;

export interface UploadDeps {
  readonly server: string;
  readonly catalogue: Catalogue;
  readonly journal: Journal;
  readonly tokens: Tokens;
  readonly trusted: TrustedPublishers;
  /** Who owns a name before its first file is there. */
  readonly owners: Readonly<Record<string, readonly string[]>>;
  readonly now: () => Date;
  readonly fileLimit: number;
}

/** The upload API that twine and uv speak: one file a request, and the same file again is welcome. */
export function uploadRoutes(deps: UploadDeps): Hono {
  const { catalogue, journal, server } = deps;
  return new Hono()
    .post('/legacy', (c) => c.redirect('/legacy/', 308))
    .post('/legacy/', async (c) => {
      const grant = uploader(c.req.header('authorization'), { ...deps.tokens, ...deps.trusted.grants() });
      const form = parseUploadForm(await formData(c, deps.fileLimit));
      const owners = ownersOf(form.name, deps);
      mayUpload(grant, form.name, catalogue.project(form.name)?.status === 'quarantined' ? [] : owners);

      const incoming = await receive(form, deps.fileLimit);
      if (isStored(incoming, catalogue)) return c.body('');
      checkRelease(incoming, form, deps);
      const metadata = await checkDistribution(incoming, form);

      const { filename, content, digests } = incoming;
      await journal.change(c, { server, action: 'upload', target: filename, digest: digests.sha256 }, () => {
        // Another request may have stored it while this one was held up: then this one changes nothing.
        if (isStored(incoming, catalogue)) throw new HTTPException(200, { res: new Response('') });
        catalogue.add({
          project: form.name,
          version: form.version,
          owners: owners ?? [grant.user],
          info: form.info,
          file: asStored(incoming, { form, metadata, at: deps.now() }),
          content,
          metadata,
        });
      });
      return c.body('');
    });
}

async function formData(c: Context, fileLimit: number): Promise<FormData> {
  if (Number(c.req.header('content-length') ?? 0) > fileLimit + MIB) throw new Refusal(413, 'Payload Too Large');
  try {
    return await c.req.formData();
  } catch {
    throw new Refusal(400, 'The request body is no form.');
  }
}

function ownersOf(name: string, { catalogue, owners }: UploadDeps): readonly string[] | undefined {
  const reserved = Object.entries(owners).find(([project]) => normalizeName(project) === normalizeName(name));
  return catalogue.project(name)?.owners ?? reserved?.[1];
}

/** These bytes are stored under this name already; where only one of the two matches, the file is refused. */
function isStored({ filename, digests }: IncomingFile, catalogue: Catalogue): boolean {
  const there = catalogue.fileNamedOrWithBytes(filename, digests.blake2b_256);
  if (!there) return false;
  if (there.filename === filename && there.digests.sha256 === digests.sha256) return true;
  throw new Refusal(
    400,
    `File already exists ('${filename}', with blake2_256 hash '${digests.blake2b_256}'). See /help/#file-name-reuse for more information.`,
  );
}

function checkRelease({ filename }: IncomingFile, form: UploadForm, { catalogue, now }: UploadDeps): void {
  if (catalogue.wasThere(filename)) {
    throw new Refusal(
      400,
      'This filename was previously used by a file that has since been deleted. Use a different version. See /help/#file-name-reuse for more information.',
    );
  }
  const release = catalogue.release(form.name, form.version);
  if (release && now().getTime() - Date.parse(release.createdAt) > DAYS_OPEN * 86_400_000) {
    throw new Refusal(400, `Uploading new files to releases older than ${DAYS_OPEN} days is not allowed.`);
  }
  if (form.filetype === 'sdist' && release?.files.some((file) => file.packagetype === 'sdist')) {
    throw new Refusal(400, 'Only one sdist may be uploaded per release.');
  }
}
