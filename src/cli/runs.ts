import colours from 'picocolors';
import type { RunList, RunSummary } from '../api-client/client.ts';
import { painted } from './run-text.ts';
import { type ServiceOptions, serviceOf } from './service.ts';
import { ago, columns, plain } from './words.ts';

interface RunsOptions extends ServiceOptions {
  readonly project?: string;
  readonly kind?: RunSummary['kind'];
  readonly status?: RunSummary['status'];
  readonly waitingFor?: string;
  readonly limit: string;
}

export async function runs(options: RunsOptions): Promise<void> {
  const service = await serviceOf(options);
  const { project, kind, status, waitingFor } = options;
  const filter = {
    ...(project === undefined ? {} : { project }),
    ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
    ...(waitingFor === undefined ? {} : { waitingFor }),
  };
  const found: RunList['runs'] = [];
  const most = Number(options.limit);
  for await (const run of service.eachRun({ ...filter, limit: String(Math.min(most, 100)) })) {
    found.push(run);
    if (found.length >= most) break;
  }
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : table(found));
}

export function table(found: readonly RunSummary[]): string {
  if (found.length === 0) return 'No runs.\n';
  const rows = found.map((run) => [
    run.id,
    painted(run, run.outcome ?? run.status),
    run.endedAt === undefined ? (run.phase ?? '') : '',
    `${ago(run.startedAt)} ago`,
    plain(run.waitingFor.join(', ')),
  ]);
  const title = ['RUN', 'STATUS', 'PHASE', 'STARTED', 'WAITS FOR'].map((word) => colours.dim(word));
  return columns([title, ...rows]);
}
