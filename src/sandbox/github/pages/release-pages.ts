import { Hono } from 'hono';
import { html } from 'hono/html';
import { latestRelease } from '../latest-release.ts';
import type { ReleaseRecord } from '../record.ts';
import { assetBytes } from '../routes/release-assets.ts';
import { assetShape, releaseTagInPages } from '../shapes/release.ts';
import type { Ctx, GithubEnv } from '../world.ts';
import { frame, state } from './frame.ts';

const AT = '/:owner/:repo/releases';

export function releasePages(): Hono<GithubEnv> {
  return new Hono<GithubEnv>()
    .get(AT, (c) => {
      const published = c.var.repository.record.releases.filter((release) => !release.draft).reverse();
      const shown = published.map((release) => html`<h2>${title(release)}</h2>${body(c, release)}`);
      return frame(c, 'Releases', html`${shown.length > 0 ? shown : html`<p>None yet.</p>`}`);
    })
    .get(`${AT}/latest`, (c) => {
      const latest = latestRelease(c.var.repository.record);
      if (!latest) return c.notFound();
      return c.redirect(`/${c.var.repository.fullName}/releases/tag/${releaseTagInPages(latest)}`);
    })
    .get(`${AT}/tag/:tag{.+}`, (c) => {
      const release = named(c, c.req.param('tag'));
      return release ? frame(c, title(release), body(c, release)) : c.notFound();
    })
    .get(`${AT}/download/:tag/:file`, (c) => {
      const asset = named(c, c.req.param('tag'))?.assets.find(
        (each) => each.name === c.req.param('file') && each.digest !== null,
      );
      return asset ? assetBytes(c, asset) : c.notFound();
    });
}

/** Whoever has a draft's address may look at it; it stands in no list. */
function named(c: Ctx, tag: string): ReleaseRecord | undefined {
  const { releases } = c.var.repository.record;
  return releases.find((release) => decodeURIComponent(releaseTagInPages(release)) === tag);
}

function title({ name, tag }: ReleaseRecord): string {
  return name || tag;
}

function body(c: Ctx, release: ReleaseRecord) {
  const { world, repository } = c.var;
  const { draft, prerelease, immutable, tag, author, publishedAt } = release;
  const marks = [
    ...(draft ? ['draft'] : []),
    ...(prerelease ? ['pre-release'] : []),
    ...(latestRelease(repository.record) === release ? ['latest'] : []),
    ...(immutable ? ['immutable'] : []),
  ];
  const whole = release.assets.filter(({ digest }) => digest !== null);
  const assets = whole.map((asset) => {
    const { browser_download_url: link, size, digest } = assetShape(world, repository, release, asset);
    return html`<li><a href="${link}">${asset.name}</a>, ${size} bytes<br><code>${digest}</code></li>\n`;
  });
  return html`
<p>${marks.map((mark) => html`${state(mark)} `)} tag <a href="/${repository.fullName}/tree/${tag}">${tag}</a>, by ${author}, ${publishedAt ?? 'not published'}</p>
<pre>${release.body ?? ''}</pre>
<ul>${assets}</ul>`;
}
