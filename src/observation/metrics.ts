import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricName, type MetricSpec, metricsOf } from './catalogue.ts';

type Labels = Readonly<Record<string, string | number>>;

const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 1800];

/** The metrics of one process by their names in the catalogue; a name or a label that is not in it throws. */
export class Metrics {
  readonly registry = new Registry();
  readonly #known = new Map<MetricName, Counter | Gauge | Histogram>();

  constructor(process: 'api' | 'workers') {
    collectDefaultMetrics({ register: this.registry });
    for (const [name, spec] of metricsOf(process)) this.#known.set(name, this.#made(name, spec));
  }

  add(name: MetricName, labels: Labels = {}, by = 1): void {
    this.#of(name, Counter).inc({ ...labels }, by);
  }

  observe(name: MetricName, labels: Labels, seconds: number): void {
    this.#of(name, Histogram).observe({ ...labels }, seconds);
  }

  set(name: MetricName, labels: Labels, value: number): void {
    this.#of(name, Gauge).set({ ...labels }, value);
  }

  shift(name: MetricName, labels: Labels, by: number): void {
    this.#of(name, Gauge).inc({ ...labels }, by);
  }

  /** What is not set again is there no more. */
  clear(name: MetricName): void {
    this.#of(name, Gauge).reset();
  }

  async text(): Promise<{ type: string; text: string }> {
    return { type: this.registry.contentType, text: await this.registry.metrics() };
  }

  #of<T extends Counter | Gauge | Histogram>(name: MetricName, kind: new (...given: never[]) => T): T {
    const metric = this.#known.get(name);
    if (metric instanceof kind) return metric;
    throw new Error(`${name} is no ${kind.name} of this process`);
  }

  #made(name: MetricName, { type, help, labels }: MetricSpec): Counter | Gauge | Histogram {
    const common = { name, help, labelNames: [...labels], registers: [this.registry] };
    if (type === 'counter') return new Counter(common);
    return type === 'gauge' ? new Gauge(common) : new Histogram({ ...common, buckets: SECONDS });
  }
}
