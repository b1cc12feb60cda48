import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';
import { routeOf } from '../api/route-of.ts';

/** A span of each request, by the pattern of its route; health and scrapes are no news. */
export const httpSpans: MiddlewareHandler = async (c, next) => {
  if (UNTOLD.test(c.req.path)) return next();
  const { method, route } = routeOf(c);
  const parent = propagation.extract(context.active(), c.req.header());
  const attributes = { 'http.request.method': method, 'http.route': route };
  const options = { kind: SpanKind.SERVER, attributes };
  await trace.getTracer('slipway').startActiveSpan(`${method} ${route}`, options, parent, async (span) => {
    try {
      await next();
      const { status } = c.res;
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    } finally {
      span.end();
    }
  });
};

const UNTOLD = /^\/(healthz|readyz|metrics|assets\/.*)$/;
