import type { Monitoring, Probe } from '../domain/monitoring.ts';
import { BUILTIN_PROBES, type FileMonitoring, type FileProbe } from './monitoring-schema.ts';

/** Numbers from outside flicker, and what runs on a build worker may stumble: one more look before it counts. */
const TOLERATED: Readonly<Record<FileProbe['kind'], number>> = {
  index: 1,
  tag: 0,
  'github-release': 0,
  issues: 0,
  downloads: 1,
  http: 2,
  prometheus: 2,
  install: 1,
  command: 1,
};
const INSTALL_EVERY = 3600;

const STRICT: FileMonitoring = {
  window: 86_400,
  every: 600,
  onBreach: 'ask',
  stages: ['stable', 'hotfix', 'rollback'],
  without: [],
  probes: [],
};

/** The window as it is named, else what policy asks for; one of ours that is named takes the place of its default. */
export function monitoringOf(file: FileMonitoring | undefined, strict: boolean): Monitoring | null {
  const own = file ?? (strict ? STRICT : undefined);
  if (own === undefined) return null;
  const { window, every, onBreach, stages, without, probes } = own;
  const named = new Set<string>(probes.map(({ kind }) => kind));
  const builtin = BUILTIN_PROBES.filter((kind) => !named.has(kind) && !without.includes(kind)).map(
    (kind): FileProbe => (kind === 'issues' ? { kind, after: 0, labels: ['bug'], max: 0 } : { kind, after: 0 }),
  );
  return { window, every, onBreach, stages, probes: [...builtin, ...probes].map((probe) => probeOf(probe, own)) };
}

function probeOf(probe: FileProbe, { every, onBreach }: FileMonitoring): Probe {
  return {
    ...probe,
    name: probe.name ?? probe.kind,
    tolerate: probe.tolerate ?? TOLERATED[probe.kind],
    every: probe.every ?? (probe.kind === 'install' ? Math.max(every, INSTALL_EVERY) : every),
    // Anybody on GitHub can open an issue: that alone never starts a rollback, unless the file says so.
    onBreach: probe.onBreach ?? (probe.kind === 'issues' ? 'ask' : onBreach),
  };
}
