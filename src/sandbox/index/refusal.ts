import type { ErrorHandler } from 'hono';
import { html } from 'hono/html';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { outgoingOf } from '../faults.ts';

const EXPLANATION: Record<number, string> = {
  400: 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  403: 'Access was denied to this resource.',
  410: 'This resource is no longer available. No forwarding address is given.',
};

/** What the index says no to. Clients read the reason from the status line, as they do on the real index. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: ContentfulStatusCode;

  constructor(status: ContentfulStatusCode, message: string) {
    super(message);
    this.status = status;
  }
}

export const answerRefusals: ErrorHandler = (error, c) => {
  if (error instanceof HTTPException) return error.getResponse();
  if (!(error instanceof Refusal)) {
    console.error(error);
    return c.text('Internal Server Error', 500);
  }

  const outgoing = outgoingOf(c);
  if (outgoing) outgoing.statusMessage = onOneLine(error.message);
  const title = `${error.status} ${error.message}`;
  return c.html(
    html`<html>
 <head>
  <title>${title}</title>
 </head>
 <body>
  <h1>${title}</h1>
  ${EXPLANATION[error.status] ?? ''}<br/><br/>
${error.message}
 </body>
</html>`,
    error.status,
  );
};

function onOneLine(message: string): string {
  return message.replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
}
