import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  NodeTracerProvider,
  RandomIdGenerator,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { Problem } from '../domain/problem.ts';
import { contextAttributes } from './span-attributes.ts';

/** Ids at random, but for one that is given beforehand. */
class GivenIds implements IdGenerator {
  given: string | undefined;
  readonly #random = new RandomIdGenerator();
  readonly generateTraceId = () => this.#random.generateTraceId();
  readonly generateSpanId = () => this.given ?? this.#random.generateSpanId();
}

export interface Provider {
  /** The span that `begin` begins has this id. */
  withSpanId(id: string | undefined, begin: () => void): void;
  end(): Promise<void>;
}

/** Spans to an OTLP collector, in batches; the rest is said by OpenTelemetry's own variables (sampler, limits, headers, time-outs). */
export function startProvider(service: string, env: Readonly<Record<string, string | undefined>>): Provider {
  const ids = new GivenIds();
  const provider = new NodeTracerProvider({
    idGenerator: ids,
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service, 'service.namespace': 'slipway' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [contextAttributes, withoutLooks(new BatchSpanProcessor(exporterFor(env)))],
  });
  provider.register();
  return {
    withSpanId(id, begin) {
      ids.given = id;
      begin();
      ids.given = undefined;
    },
    end: () => provider.shutdown(),
  };
}

function exporterFor(env: Readonly<Record<string, string | undefined>>) {
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
  const exporter = env.OTEL_TRACES_EXPORTER ?? 'otlp';
  const fault = (name: string, value: string, remedy: string) =>
    new Problem('configuration-invalid', `${name} is ${JSON.stringify(value)}`, {
      faults: [`environment: ${name} is ${JSON.stringify(value)}. ${remedy}`],
    });
  if (exporter !== 'otlp') throw fault('OTEL_TRACES_EXPORTER', exporter, 'Write otlp or none.');
  if (protocol === 'http/json') return new JsonExporter();
  if (protocol === 'http/protobuf') return new ProtobufExporter();
  throw fault('OTEL_EXPORTER_OTLP_PROTOCOL', protocol, 'Write http/protobuf or http/json: collectors take both.');
}

/** What is looked at again and again, for days, until it is so, would fill every trace. */
function withoutLooks(next: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, parent) => next.onStart(span, parent),
    onEnd(span: ReadableSpan) {
      if (span.attributes['slipway.outcome'] !== 'not-yet') next.onEnd(span);
    },
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  };
}
