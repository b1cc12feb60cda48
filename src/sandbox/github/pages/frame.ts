import { html } from 'hono/html';
import type { Ctx } from '../world.ts';

export type Html = ReturnType<typeof html>;

/** The frame of every page that a person sees. */
export function frame(c: Ctx, title: string, body: Html): Response | Promise<Response> {
  const { repository } = c.var;
  const name = repository?.fullName;
  const links = ['pulls', 'issues', 'releases', 'commits'];
  return c.html(html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${title} · ${name ?? 'GitHub'} (sandbox)</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      code, pre { font-size: .85em; overflow-wrap: anywhere; white-space: pre-wrap; }
      pre { background: #f4f4f4; padding: .5rem 1rem; }
      .state { padding: .1rem .6rem; border-radius: 1rem; background: #ddd; }
      .open, .success { background: #cfc; } .merged { background: #e2d4fb; } .failure { background: #fcc; }
    </style>
  </head>
  <body>
    <p><a href="/">GitHub</a> of the sandbox on this machine${name ? html` / <a href="/${name}">${name}</a>: ${links.map((link) => html`<a href="/${name}/${link}">${link}</a> `)}` : ''}</p>
    <h1>${title}</h1>
${body}
  </body>
</html>
`);
}

export function state(name: string) {
  return html`<span class="state ${name}">${name}</span>`;
}

export function short(sha: string): string {
  return sha.slice(0, 10);
}
