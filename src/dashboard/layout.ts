import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Caller } from '../api/authentication.ts';
import type { Html } from './words.ts';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Address of the server-sent events that tell that this page has news; or seconds after which to look again. */
  readonly live?: { readonly events: string } | { readonly every: number };
  readonly status?: ContentfulStatusCode;
}

const PLACES = [
  ['/', 'Waiting for me'],
  ['/runs', 'Runs'],
  ['/projects', 'Projects'],
  ['/start', 'Start'],
] as const;

/** In this order: what a narrow screen needs overrides the rest. */
const SHEETS = ['frame', 'parts', 'run', 'narrow'];

/** The whole page; `c.var.person` is nobody on the way in. */
export function page(c: Context<Caller>, { title, body, live, status = 200 }: Page): Response | Promise<Response> {
  const person = c.var.person as Caller['Variables']['person'] | undefined;
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Slipway</title>
<link rel="icon" href="/assets/slipway.svg" type="image/svg+xml">
${SHEETS.map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
<script src="/assets/live.js" defer></script>
</head>
<body${liveAttributes(live)}>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="mark" href="/"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path class="hull" d="M3 11h18l-3 6H7z"/><path class="ways" d="M2 21 22 17"/><path class="mast" d="M12 11V3l5 6h-5"/></svg>Slipway</a>
${person === undefined ? '' : navigation(c, person)}
</header>
<main id="main" tabindex="-1">
${body}
</main>
<footer><p id="live" role="status"></p><p><a href="/docs">API</a></p></footer>
</body>
</html>`,
    status,
  );
}

function liveAttributes(live: Page['live']): Html | string {
  if (live === undefined) return '';
  return 'events' in live ? html` data-events="${live.events}"` : html` data-every="${live.every}"`;
}

function navigation(c: Context<Caller>, person: Caller['Variables']['person']): Html {
  const here = (path: string) => (path === '/' ? c.req.path === '/' : c.req.path.startsWith(path));
  return html`<nav aria-label="Main"><ul>
${PLACES.map(([path, name]) => html`<li><a href="${path}"${here(path) ? html` aria-current="page"` : ''}>${name}</a></li>`)}
</ul></nav>
<div class="who"><span title="${person.roles.join(', ')}">${person.name}</span>
${c.var.session === undefined ? '' : html`<form method="post" action="/sign-out">${csrf(c)}<button class="quiet">Sign out</button></form>`}</div>`;
}

/** Without it a form that the session's cookie gives its rights is refused. */
export function csrf(c: Context<Caller>): Html | string {
  return c.var.session === undefined ? '' : html`<input type="hidden" name="csrf" value="${c.var.session.csrf}">`;
}

/** Names the sending of a form: sent twice, it counts once. */
export function formKey(): Html {
  return html`<input type="hidden" name="key" value="${crypto.randomUUID()}">`;
}
