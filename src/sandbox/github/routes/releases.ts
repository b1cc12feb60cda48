import { rmSync } from 'node:fs';
import { Hono } from 'hono';
import { needs, rightsOf } from '../access.ts';
import { type Body, readBody } from '../body.ts';
import { store } from '../change.ts';
import { isTagName } from '../git/names.ts';
import { isoSeconds } from '../git/objects.ts';
import { latestRelease } from '../latest-release.ts';
import { pageOf } from '../paging.ts';
import { atLeast } from '../people.ts';
import type { ReleaseRecord } from '../record.ts';
import { invalid, notFound, refuse } from '../refusals.ts';
import { generatedNotes } from '../release-notes.ts';
import { type MakeLatest, publish, refuseTag, releaseCommit, settleLatest, tell } from '../release-publishing.ts';
import { releaseShape } from '../shapes/release.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import type { Ctx, GithubEnv } from '../world.ts';

const AT_RELEASES = '/repos/:owner/:repo/releases';

export function releaseRoutes(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT_RELEASES, (c) => {
      const { world, repository } = c.var;
      const newestFirst = visible(c).sort((a, b) => b.id - a.id);
      const page = pageOf(c, newestFirst, `${repositoryUrl(world, repository)}/releases`);
      return c.json(page.map((release) => releaseShape(world, repository, release)));
    })
    .post(AT_RELEASES, needs('write'), create)
    .post(`${AT_RELEASES}/generate-notes`, needs('write'), async (c) => {
      const body = await readBody(c);
      const asked = {
        tag: body.text('tag_name'),
        target: body.maybeText('target_commitish'),
        previous: body.maybeText('previous_tag_name'),
      };
      const notes = await generatedNotes(c.var.world, c.var.repository, asked);
      if (!notes) throw notFound();
      return c.json(notes);
    })
    .get(`${AT_RELEASES}/latest`, (c) => shown(c, latestRelease(c.var.repository.record)))
    .get(`${AT_RELEASES}/tags/:tag`, (c) =>
      shown(
        c,
        c.var.repository.record.releases.find((each) => !each.draft && each.tag === c.req.param('tag')),
      ),
    )
    .get(`${AT_RELEASES}/:release`, (c) => shown(c, namedRelease(c)))
    .patch(`${AT_RELEASES}/:release`, needs('write'), update)
    .delete(`${AT_RELEASES}/:release`, needs('write'), async (c) => {
      const { repository } = c.var;
      const release = namedRelease(c);
      await store(c, what(c, 'delete-release', release.tag), () => () => {
        repository.record.releases = repository.record.releases.filter((each) => each !== release);
        for (const asset of release.assets) rmSync(repository.assetFile(asset.id), { force: true });
        tell(c, 'deleted', release);
      });
      return c.body(null, 204);
    });
}

export function namedRelease(c: Ctx): ReleaseRecord {
  const release = visible(c).find((each) => each.id === Number(c.req.param('release')));
  if (!release) throw notFound();
  return release;
}

/** Drafts are for those who may push. */
export function visible(c: Ctx): ReleaseRecord[] {
  const { world, repository, caller } = c.var;
  const insider = atLeast(rightsOf(world, repository, caller), 'write');
  return repository.record.releases.filter((release) => insider || !release.draft);
}

function shown(c: Ctx, release: ReleaseRecord | undefined): Response {
  if (!release) throw notFound();
  return c.json(releaseShape(c.var.world, c.var.repository, release));
}

function what(c: Ctx, action: string, tag: string) {
  return { action, target: `${c.var.repository.fullName} ${tag}` };
}

async function create(c: Ctx): Promise<Response> {
  const { world, repository, caller } = c.var;
  const body = await readBody(c);
  const tag = body.text('tag_name');
  const target = body.maybeText('target_commitish') ?? repository.record.defaultBranch;
  const draft = body.flag('draft') ?? false;
  const prerelease = body.flag('prerelease') ?? false;
  const latest = latestWish(body, { draft, prerelease });
  const notes = body.flag('generate_release_notes')
    ? await generatedNotes(world, repository, { tag, target, previous: undefined })
    : undefined;
  const release = await store(c, what(c, 'create-release', tag), async () => {
    if (!isTagName(tag)) throw invalid({ resource: 'Release', field: 'tag_name', code: 'invalid' });
    refuseTag(c, tag);
    const commit = draft ? undefined : await releaseCommit(c, tag, target);
    return async () => {
      const now = isoSeconds(new Date());
      const release: ReleaseRecord = {
        id: repository.newId(),
        tag,
        target,
        name: body.maybeText('name') ?? notes?.name ?? null,
        body: [body.maybeText('body'), notes?.body].filter((part) => part !== undefined).join('\n\n') || null,
        draft: true,
        prerelease,
        immutable: false,
        author: caller!.account.login,
        createdAt: now,
        updatedAt: now,
        publishedAt: null,
        assets: [],
      };
      repository.record.releases.push(release);
      if (commit !== undefined) await publish(c, release, commit, latest);
      tell(c, 'created', release);
      return release;
    };
  });
  const shape = releaseShape(world, repository, release);
  return c.json(shape, 201, { location: shape.url });
}

async function update(c: Ctx): Promise<Response> {
  const { world, repository } = c.var;
  const body = await readBody(c);
  const release = namedRelease(c);
  const wanted = {
    tag: body.maybeText('tag_name') ?? release.tag,
    target: body.maybeText('target_commitish') ?? release.target,
    name: body.nullableText('name') === undefined ? release.name : body.nullableText('name')!,
    body: body.nullableText('body') === undefined ? release.body : body.nullableText('body')!,
    prerelease: body.flag('prerelease') ?? release.prerelease,
  };
  const publishing = release.draft && body.flag('draft') === false;
  const latest = latestWish(body, { ...release, ...wanted, draft: release.draft && !publishing });
  const same = Object.entries(wanted).every(([key, value]) => release[key as keyof typeof wanted] === value);
  if (same && !publishing && !changesLatest(c, release, latest, body)) return shown(c, release);
  await store(c, what(c, publishing ? 'publish-release' : 'update-release', wanted.tag), async () => {
    if (!isTagName(wanted.tag)) throw invalid({ resource: 'Release', field: 'tag_name', code: 'invalid' });
    refuseTag(c, wanted.tag, release);
    const commit = publishing ? await releaseCommit(c, wanted.tag, wanted.target) : undefined;
    return async () => {
      Object.assign(release, wanted, { updatedAt: isoSeconds(new Date()) });
      if (commit !== undefined) return publish(c, release, commit, latest);
      if (body.has('make_latest')) settleLatest(c, release, latest);
      tell(c, 'edited', release);
    };
  });
  return c.json(releaseShape(world, repository, release));
}

/** What is newly published becomes the latest, unless the request says otherwise. */
function latestWish(body: Body, { draft, prerelease }: Pick<ReleaseRecord, 'draft' | 'prerelease'>): MakeLatest {
  const asked = body.choice('make_latest', ['true', 'false', 'legacy']);
  const able = !draft && !prerelease;
  if (asked === 'true' && !able) throw refuse(422, 'Latest release cannot be draft or prerelease');
  return asked ?? (able ? 'true' : 'false');
}

function changesLatest(c: Ctx, release: ReleaseRecord, latest: MakeLatest, body: Body): boolean {
  if (!body.has('make_latest') || release.draft || latest === 'legacy') return false;
  return (latestRelease(c.var.repository.record)?.id === release.id) !== (latest === 'true');
}
