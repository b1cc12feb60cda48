import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Caller } from '../api/authentication.ts';
import type { Html } from './words.ts';

const FAILED: Readonly<Record<string, string>> = {
  token: 'This token does not count: it is mistyped, past its day or revoked. Ask an operator for a new one.',
  oidc: 'The sign-in at your provider came to nothing. Try again, or use a token.',
};

export function signInPage(c: Context<Caller>, { oidc }: { readonly oidc: boolean }): Html {
  const failed = FAILED[c.req.query('failed') ?? ''];
  const next = c.req.query('next') ?? '/';
  return html`<div class="narrow"><h1>Sign in</h1>
${failed === undefined ? '' : html`<p class="said refused" role="alert" id="failed">${failed}</p>`}
${oidc ? html`<p><a class="button primary" href="/sign-in/oidc?${new URLSearchParams({ next }).toString()}">Sign in with your organisation</a></p><p class="or">or with a token</p>` : ''}
<form method="post" action="/sign-in"><input type="hidden" name="next" value="${next}">
<label for="token">Token</label><input id="token" name="token" type="password" required autocomplete="current-password" autofocus${failed === undefined ? '' : html` aria-describedby="failed"`}>
<div class="buttons"><button class="primary">Sign in</button></div></form>
<p class="note">Your operator gives you a token; in the demo it is in the report that the terminal names.</p></div>`;
}
