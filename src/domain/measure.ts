import type { Reading } from './health.ts';
import { valueAt } from './json-pointer.ts';
import type { Limits } from './monitoring.ts';

/** A number against its limits. What is no number says nothing: unknown, never healthy. */
export function judgeNumber(value: unknown, { min, max }: Limits): Reading {
  if (typeof value !== 'number' || !Number.isFinite(value)) return unknown(`no number: ${shown(value)}`);
  if (max !== undefined && value > max) return { health: 'unhealthy', value, note: `${value} is above ${max}` };
  if (min !== undefined && value < min) return { health: 'unhealthy', value, note: `${value} is below ${min}` };
  return { health: 'healthy', value, note: String(value) };
}

export function judgeJson(json: unknown, pointer: string, limits: Limits): Reading {
  const value = valueAt(json, pointer);
  return value === undefined ? unknown(`nothing at ${pointer}`) : judgeNumber(value, limits);
}

/** Prometheus' answer to an instant query: of several series the worst one counts. */
export function judgePrometheus(answer: unknown, limits: Limits): Reading {
  const { status, error, data } = (answer ?? {}) as { status?: unknown; error?: unknown; data?: unknown };
  if (status !== 'success') return unknown(`Prometheus says ${shown(error ?? status)}`);
  const { resultType, result } = (data ?? {}) as { resultType?: unknown; result?: unknown };
  const samples = resultType === 'scalar' ? [result] : resultType === 'vector' ? seriesOf(result) : undefined;
  if (samples === undefined) return unknown(`the query answers a ${shown(resultType)}, neither vector nor scalar`);
  if (samples.length === 0) return unknown('the query finds no series');
  const readings = samples.map((sample) => judgeNumber(numberOf(sample), limits));
  return (
    readings.find(({ health }) => health === 'unknown') ??
    readings
      .filter(({ health }) => health === 'unhealthy')
      .toSorted((a, b) => distance(b, limits) - distance(a, limits))[0] ??
    readings[0]!
  );
}

function seriesOf(result: unknown): unknown[] {
  return Array.isArray(result) ? result.map((one) => (one as { value?: unknown } | null)?.value) : [];
}

/** `[seconds, "0.25"]` */
function numberOf(sample: unknown): unknown {
  const text = Array.isArray(sample) ? sample[1] : undefined;
  return typeof text === 'string' && text.trim() !== '' ? Number(text) : undefined;
}

function distance({ value }: Reading, { min, max }: Limits): number {
  return Math.max(max === undefined ? 0 : value! - max, min === undefined ? 0 : min - value!);
}

export function unknown(note: string): Reading {
  return { health: 'unknown', value: null, note };
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}
