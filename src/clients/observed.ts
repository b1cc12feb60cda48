import { channel } from 'node:diagnostics_channel';
import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { scrub, secretForms } from './scrub.ts';

/** What is told of requests and commands to whoever counts them: nobody, unless somebody has subscribed. */
export const OUTSIDE_REQUESTS = 'slipway.outside-request';
export const COMMANDS = 'slipway.command';

export interface OutsideRequestEnd {
  readonly system: string;
  /** An HTTP status, or `none` where nothing was answered. */
  readonly status: string;
  readonly seconds: number;
}

export interface ObservedCommandEnd {
  readonly program: string;
  readonly outcome: 'done' | 'failed' | 'timed-out' | 'cancelled';
  readonly seconds: number;
}

const requests = channel(OUTSIDE_REQUESTS);
const commands = channel(COMMANDS);
const LONGEST_ARGUMENTS = 500;

/** A request to an outside system: a span and a number. Of its address only the host is told, since paths of webhooks are secrets. */
export function observedRequest<R>(
  asked: {
    /** `github`, `index`, `registry`, `metric`, `channel`, `mail` */
    readonly system: string;
    readonly method: string;
    readonly host: string;
  },
  act: () => Promise<R>,
  statusOf: (answer: R) => number | undefined,
): Promise<R> {
  const { system, method, host } = asked;
  const began = performance.now();
  const attributes = { 'slipway.system': system, 'http.request.method': method, 'server.address': host };
  return tracer().startActiveSpan(`${method} ${system}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    const told = (status: number | undefined) => {
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      if (status === undefined || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      if (!requests.hasSubscribers) return;
      const seconds = (performance.now() - began) / 1000;
      requests.publish({ system, status: String(status ?? 'none'), seconds } satisfies OutsideRequestEnd);
    };
    try {
      const answer = await act();
      told(statusOf(answer));
      return answer;
    } catch (error) {
      told(statusIn(error));
      throw error;
    }
  });
}

export interface ObservedCommand {
  ended(end: { exitCode: number; timedOut: boolean; cancelled: boolean; seconds: number }): void;
}

/** A command from its start to its end. Its arguments are told without secrets, and clamped. */
export function observedCommand(
  program: string,
  args: readonly string[],
  secrets: readonly string[] = [],
): ObservedCommand {
  const name = program.split('/').at(-1) ?? program;
  const span = tracer().startSpan(`command ${name}`, { kind: SpanKind.INTERNAL });
  if (span.isRecording()) span.setAttributes({ 'process.executable.name': name, ...argumentsOf(args, secrets) });
  return {
    ended({ exitCode, timedOut, cancelled, seconds }) {
      const outcome = cancelled ? 'cancelled' : timedOut ? 'timed-out' : exitCode === 0 ? 'done' : 'failed';
      closed(span, { 'process.exit.code': exitCode, 'slipway.outcome': outcome }, outcome === 'done');
      if (commands.hasSubscribers) commands.publish({ program: name, outcome, seconds } satisfies ObservedCommandEnd);
    },
  };
}

function closed(span: Span, attributes: Attributes, well: boolean): void {
  span.setAttributes(attributes);
  if (!well) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function argumentsOf(args: readonly string[], secrets: readonly string[]): Attributes {
  // git is given a dozen settings first, the same each time.
  const telling = args.filter((arg, at) => arg !== '-c' && !(args[at - 1] === '-c' && /^[\w.]+=/.test(arg)));
  const text = scrub(telling.join(' '), secretForms(secrets)).replaceAll(/(\w+:\/\/)[^/\s@]+@/g, '$1***@');
  return { 'process.command_args': text.slice(0, LONGEST_ARGUMENTS) };
}

/** Octokit throws what was answered. */
function statusIn(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 100 ? status : undefined;
}

/** Asked for anew: it does nothing until tracing is set up, which may be later. */
function tracer() {
  return trace.getTracer('slipway');
}
