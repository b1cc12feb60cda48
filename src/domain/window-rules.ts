import type { Monitoring, Probe } from './monitoring.ts';
import { type Released, rulesOf, signedAs } from './stage-rules.ts';

/** The window that a version of this kind is watched in; null: none. */
export function windowOf(released: Released): Monitoring | null {
  const { monitoring } = released.project;
  // A run that was opened before there were windows has a project without them.
  return monitoring?.stages.includes(signedAs(released)) ? monitoring : null;
}

/** What is looked at: nothing that this release was never put on. */
export function probesOf(released: Released, can: { command: boolean }): readonly Probe[] {
  const { github } = released.project.publish;
  const rolledBack = released.procedure.kind === 'rollback'; // what it left of them is its own doing
  const onIndex = rolledBack || rulesOf(released).index;
  const has = {
    index: onIndex,
    downloads: onIndex,
    install: onIndex,
    'github-release': github !== null && !rolledBack,
    issues: github !== null,
    command: can.command,
    tag: !rolledBack,
    http: true,
    prometheus: true,
  };
  return (windowOf(released)?.probes ?? []).filter((probe) => has[probe.kind]);
}

/** Do the image's `latest` and GitHub's "Latest" move with the release itself? Without a window there is nothing to wait for. */
export function promotesAtOnce(released: Released): boolean {
  return released.project.publish.promote === 'at-once' || windowOf(released) === null;
}

/** A rollback watches the version that the release of it may still be watching. */
export function monitorIdOf({ project, version, kind }: { project: string; version: string; kind: string }): string {
  return `monitor:${project}:${version}${kind === 'rollback' ? ':rollback' : ''}`;
}
