import type { Measures } from '../api/measures.ts';
import { metricsOf } from './catalogue.ts';
import { Metrics } from './metrics.ts';

/** Numbers of one process of the API, and of all releases. */
export function createApiMeasures(metrics = new Metrics('api')): Measures {
  const figures = metricsOf('api').flatMap(([name, { of }]) => (of === 'releases' ? [name] : []));
  return {
    request({ method, route, status, seconds }) {
      metrics.add('slipway_http_requests_total', { method, route, status });
      metrics.observe('slipway_http_request_seconds', { method, route }, seconds);
    },
    signInRefused: (means) => metrics.add('slipway_sign_in_refusals_total', { means }),
    listeners: (count) => metrics.set('slipway_listeners', {}, count),
    readiness({ checks, workers = {}, free }) {
      for (const [check, word] of Object.entries(checks))
        metrics.set('slipway_ready', { check }, word === 'ok' ? 1 : 0);
      // What nobody could count is not zero.
      metrics.clear('slipway_workers');
      for (const [queue, count] of Object.entries(workers)) metrics.set('slipway_workers', { queue }, count);
      if (free !== undefined) metrics.set('slipway_disk_free_bytes', {}, free);
    },
    figures(samples, at) {
      for (const name of figures) metrics.clear(name);
      for (const { metric, labels, value } of samples) metrics.set(metric, labels, value);
      metrics.set('slipway_figures_counted_timestamp_seconds', {}, at / 1000);
    },
    figuresFailed: () => metrics.add('slipway_figures_failures_total'),
    text: () => metrics.text(),
  };
}
