import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** The frame of every page that a person sees. */
export function page(index: string, title: string, body: Html): Html {
  return html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${title} · ${index} (sandbox)</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
      code { font-size: .85em; overflow-wrap: anywhere; }
      .yanked { background: #fdd; padding: .5rem 1rem; }
      fieldset { margin: 1rem 0; }
    </style>
  </head>
  <body>
    <p><a href="/">${index}</a>, a package index of the sandbox on this machine</p>
    <h1>${title}</h1>
${body}
  </body>
</html>
`;
}
