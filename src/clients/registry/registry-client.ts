import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import type { Digest, RegistryReads, RegistryWrites } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { type Answer, hostOf } from '../http.ts';
import { type Descriptor, type Manifest, type OciArchive, withArchive } from './oci-archive.ts';
import { openSession, type Session } from './session.ts';

export interface RegistryOptions {
  /** Of the activity that is asking, if any. */
  readonly cancellation?: (() => AbortSignal | undefined) | undefined;
  readonly userAgent: string;
  readonly seconds: number;
  readonly blobSeconds: number;
}

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The distribution protocol, without any engine: an archive's bytes go to the registry as they were approved. */
export function createRegistry(given: Partial<RegistryOptions> = {}): RegistryReads & RegistryWrites {
  const options = { userAgent: 'slipway', seconds: 30, blobSeconds: 600, ...given };
  return {
    async digest(access, reference) {
      return (await manifestOf(openSession(access, options), reference))?.digest;
    },

    async tags(access) {
      const session = openSession(access, options);
      const tags: string[] = [];
      let next: string | undefined = 'tags/list?n=1000';
      while (next !== undefined) {
        const page: Answer = await session({ path: next, expect: [200, 404] });
        if (page.status === 404) break;
        tags.push(...((JSON.parse(page.text) as { tags?: string[] | null }).tags ?? []));
        next = nextPage(page);
      }
      return tags;
    },

    archiveDigest: (archive) => withArchive(archive, async ({ root }) => root.descriptor.digest),

    push(access, archive) {
      const session = openSession(access, options);
      return withArchive(archive, async (opened) => {
        await pushManifest(session, opened, opened.root);
        return opened.root.descriptor.digest;
      });
    },

    async tag(access, digest, tag) {
      const session = openSession(access, options);
      const manifest = await manifestOf(session, digest);
      if (!manifest)
        throw new Problem('registry-refused', `${access.name} holds nothing under ${digest}: push it first`);
      await putManifest(session, manifest, tag);
      const found = await manifestOf(session, tag);
      if (found?.digest !== digest) {
        throw new Problem(
          'registry-refused',
          `${access.name}:${tag} was put on ${digest} but resolves to ${found?.digest}`,
        );
      }
    },
  };
}

interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The digest is hashed from the bytes: a registry that says another one is not believed. */
async function manifestOf(session: Session, reference: string): Promise<StoredManifest | undefined> {
  const path = `manifests/${encodeURIComponent(reference)}`;
  const answer = await session({ path, headers: { accept: MANIFESTS }, expect: [200, 404] });
  if (answer.status === 404) return undefined;
  const bytes = new Uint8Array(answer.bytes);
  const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const wrong = [answer.headers.get('docker-content-digest') ?? digest, reference.includes(':') ? reference : digest];
  if (wrong.some((each) => each !== digest)) {
    throw new Problem('registry-refused', `${hostOf(answer.url)} gives bytes of ${digest} as ${reference}`);
  }
  return { digest, mediaType: answer.headers.get('content-type') ?? '', bytes };
}

/** What a manifest names is there before it is, so a push that broke off leaves nothing that can't be pulled. */
async function pushManifest(session: Session, archive: OciArchive, manifest: Manifest): Promise<void> {
  const { digest, mediaType } = manifest.descriptor;
  if (await manifestOf(session, digest)) return;
  for (const child of manifest.children) await pushManifest(session, archive, await archive.manifest(child));
  for (const blob of manifest.blobs) await pushBlob(session, archive, blob);
  await putManifest(session, { digest, mediaType, bytes: manifest.bytes }, digest);
}

async function putManifest(
  session: Session,
  { digest, mediaType, bytes }: StoredManifest,
  reference: string,
): Promise<void> {
  const headers = { 'content-type': mediaType };
  const path = `manifests/${encodeURIComponent(reference)}`;
  const answer = await session({ method: 'PUT', path, headers, body: bytes, expect: [200, 201] });
  const stored = answer.headers.get('docker-content-digest') ?? digest;
  if (stored !== digest) throw new Problem('registry-refused', `${hostOf(answer.url)} stored ${digest} as ${stored}`);
}

async function pushBlob(session: Session, archive: OciArchive, blob: Descriptor): Promise<void> {
  // Registries with a store of their own behind them redirect to what is there.
  const known = await session({ method: 'HEAD', path: `blobs/${blob.digest}`, expect: [200, 302, 307, 404] });
  if (known.status !== 404) return;

  const started = await session({ method: 'POST', path: 'blobs/uploads/', expect: [202] });
  const location = started.headers.get('location');
  if (location === null)
    throw new Problem('registry-refused', `${hostOf(started.url)} does not say where to upload to`);
  const target = new URL(location, started.url);
  target.searchParams.set('digest', blob.digest);
  const body = await openAsBlob(await archive.blob(blob));
  const headers = { 'content-type': 'application/octet-stream' };
  await session({ method: 'PUT', path: target.href, headers, body, expect: [201] });
}

function nextPage({ headers, url }: Answer): string | undefined {
  const link = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(headers.get('link') ?? '')?.[1];
  return link === undefined ? undefined : new URL(link, url).href;
}
