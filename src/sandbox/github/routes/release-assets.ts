import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { findRepository, needs } from '../access.ts';
import { readBody } from '../body.ts';
import { store } from '../change.ts';
import { isoSeconds } from '../git/objects.ts';
import { pageOf } from '../paging.ts';
import type { AssetRecord, ReleaseRecord } from '../record.ts';
import { invalid, notFound, refuse } from '../refusals.ts';
import { writeAtomically } from '../repository.ts';
import { assetShape, releaseUrl } from '../shapes/release.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { namedRelease, visible } from './releases.ts';

const AT_RELEASES = '/repos/:owner/:repo/releases';

export function releaseAssetRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(`${AT_RELEASES}/:release/assets`, (c) => {
      const { world, repository } = c.var;
      const release = namedRelease(c);
      const page = pageOf(c, release.assets, `${releaseUrl(world, repository, release.id)}/assets`);
      return c.json(page.map((asset) => assetShape(world, repository, release, asset)));
    })
    .get(`${AT_RELEASES}/assets/:asset`, (c) => {
      const { release, asset } = namedAsset(c);
      if (c.req.header('accept')?.includes('application/octet-stream')) {
        if (asset.digest === null) throw notFound();
        return assetBytes(c, asset);
      }
      return c.json(assetShape(c.var.world, c.var.repository, release, asset));
    })
    .patch(`${AT_RELEASES}/assets/:asset`, needs('write'), async (c) => {
      const { release, asset } = namedAsset(c);
      const body = await readBody(c);
      const name = body.maybeText('name') ?? asset.name;
      await store(c, what(c, 'update-asset', release, name), () => {
        refuseImmutable(release);
        refuseTaken(release, name, asset);
        return () => {
          Object.assign(asset, {
            name,
            label: body.maybeText('label') ?? asset.label,
            updatedAt: isoSeconds(new Date()),
          });
        };
      });
      return c.json(assetShape(c.var.world, c.var.repository, release, asset));
    })
    .delete(`${AT_RELEASES}/assets/:asset`, needs('write'), async (c) => {
      const { release, asset } = namedAsset(c);
      await store(c, what(c, 'delete-asset', release, asset.name), () => {
        refuseImmutable(release);
        return () => {
          release.assets = release.assets.filter((each) => each !== asset);
          rmSync(c.var.repository.assetFile(asset.id), { force: true });
        };
      });
      return c.body(null, 204);
    });
}

/** The other host, to which a release's `upload_url` leads. */
export function uploadRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .use('/repos/:owner/:repo/*', findRepository)
    .post(`${AT_RELEASES}/:release/assets`, needs('write'), async (c) => {
      const { world, repository } = c.var;
      const release = namedRelease(c);
      const name = assetName(c.req.query('name') ?? '');
      const content = await wholeBody(c);
      if (content === undefined) {
        await store(c, what(c, 'break-off-asset', release, name), () => {
          refuseTaken(release, name);
          return () => void release.assets.push(newAsset(c, { name, size: 0, digest: null }));
        });
        return c.body(null, 400);
      }
      const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
      const asset = await store(c, { ...what(c, 'upload-asset', release, name), digest }, () => {
        if (name === '') throw invalid({ resource: 'ReleaseAsset', field: 'name', code: 'missing_field' });
        if (content.length === 0) throw invalid({ resource: 'ReleaseAsset', field: 'size', code: 'invalid' });
        refuseImmutable(release);
        refuseTaken(release, name);
        return () => {
          const asset = newAsset(c, { name, size: content.length, digest });
          writeAtomically(repository.assetFile(asset.id), content);
          release.assets.push(asset);
          return asset;
        };
      });
      return c.json(assetShape(world, repository, release, asset), 201);
    });
}

/** undefined: the sender was gone before all of it came. */
async function wholeBody(c: Ctx): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await c.req.arrayBuffer());
  } catch {
    return undefined;
  }
}

function newAsset(c: Ctx, given: Pick<AssetRecord, 'name' | 'size' | 'digest'>): AssetRecord {
  const { caller, repository } = c.var;
  const now = isoSeconds(new Date());
  return {
    id: repository.newId(),
    ...given,
    label: c.req.query('label') ?? '',
    contentType: c.req.header('content-type') ?? 'application/octet-stream',
    downloads: 0,
    uploader: caller!.account.login,
    createdAt: now,
    updatedAt: now,
  };
}

/** GitHub renames what has other characters or begins with a dot. */
export function assetName(name: string): string {
  const plain = name.replace(/[^\w+@-]+/g, (gap) => (/^\.+$/.test(gap) ? gap : '.')).replace(/\.+$/, '');
  return plain.startsWith('.') ? `default${plain}` : plain;
}

export function assetBytes(c: Ctx, asset: AssetRecord): Response {
  const stream = Readable.toWeb(createReadStream(c.var.repository.assetFile(asset.id)));
  asset.downloads += 1;
  return c.body(stream as globalThis.ReadableStream, 200, {
    'content-type': 'application/octet-stream',
    'content-length': String(asset.size),
    'content-disposition': `attachment; filename=${encodeURIComponent(asset.name)}`,
  });
}

function namedAsset(c: Ctx): { release: ReleaseRecord; asset: AssetRecord } {
  for (const release of visible(c)) {
    const asset = release.assets.find((each) => each.id === Number(c.req.param('asset')));
    if (asset) return { release, asset };
  }
  throw notFound();
}

function what(c: Ctx, action: string, { tag }: ReleaseRecord, name: string) {
  return { action, target: `${c.var.repository.fullName} ${tag} ${name}` };
}

function refuseImmutable({ immutable }: ReleaseRecord): void {
  if (immutable) throw refuse(422, 'Cannot upload assets to an immutable release.');
}

function refuseTaken({ assets }: ReleaseRecord, name: string, self?: AssetRecord): void {
  if (assets.some((asset) => asset !== self && asset.name === name)) {
    throw invalid({ resource: 'ReleaseAsset', field: 'name', code: 'already_exists' });
  }
}
