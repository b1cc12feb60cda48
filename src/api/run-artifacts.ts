import type { Digest } from '../activities/ports.ts';
import type { RunState } from '../domain/run/state.ts';

/** Name by digest of all that a run's state points at. Text that people wrote points at nothing. */
export function artifactsOf(state: RunState): Map<Digest, string> {
  const found = new Map<Digest, string>();
  collect(state, found);
  if (state.manifest) found.set(state.manifest.digest, 'manifest.json');
  return found;
}

function collect(value: unknown, found: Map<Digest, string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { name, digest, log } = value as Record<string, unknown>;
  if (typeof name === 'string' && isDigest(digest)) found.set(digest, name);
  if (isDigest(log)) found.set(log, 'log.txt');
  for (const inner of Object.values(value)) collect(inner, found);
}

export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

const TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain; charset=utf-8',
  log: 'text/plain; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  diff: 'text/plain; charset=utf-8',
  json: 'application/json',
};

/** A gate's report is a stranger's file: it is handed over to be kept, never to be shown by the browser as ours. */
export function attachmentHeaders(name: string): Record<string, string> {
  const file =
    name
      .split('/')
      .at(-1)
      ?.replaceAll(/[^\w.+-]/g, '_')
      .slice(0, 150) || 'artifact';
  return {
    'content-type': TYPES[file.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream',
    'content-disposition': `attachment; filename="${file}"`,
    'cache-control': 'private, max-age=31536000, immutable',
  };
}
