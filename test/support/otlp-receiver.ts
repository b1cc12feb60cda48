import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  readonly name: string;
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Sent {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: Attribute[] };
    readonly scopeSpans: { readonly spans: (Omit<ReceivedSpan, 'attributes'> & { attributes: Attribute[] })[] }[];
  }[];
}

/** A collector of traces on this machine, which takes OTLP as JSON and keeps it. */
export async function startOtlpReceiver() {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (asked, answer) => {
    let body = '';
    for await (const piece of asked.setEncoding('utf8')) body += piece;
    const known = asked.method === 'POST' && asked.url === '/v1/traces';
    if (known) spans.push(...spansIn(JSON.parse(body)));
    answer.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    /** From the span itself up to the one that has no parent here. */
    chain(from: ReceivedSpan): ReceivedSpan[] {
      const found = [from];
      for (let at: ReceivedSpan | undefined = from; at; ) {
        const { traceId, parentSpanId }: ReceivedSpan = at;
        at = spans.find((one) => one.traceId === traceId && one.spanId === parentSpanId);
        if (at) found.push(at);
      }
      return found;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function spansIn({ resourceSpans }: Sent): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, service, attributes: valuesOf(span.attributes) })),
    );
  });
}

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
