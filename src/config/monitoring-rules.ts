import type { Project } from '../domain/project.ts';
import { type Finding, finding } from './finding.ts';
import type { FileProbe } from './monitoring-schema.ts';
import type { ProjectFile } from './project-schema.ts';
import { shown } from './schema-parts.ts';

/** The window against the rest of the file, and each probe against itself. */
export function monitoringFindings({ monitoring }: ProjectFile, project: Project): Finding[] {
  const found: Finding[] = [];
  if (project.publish.promote === 'after-window' && project.monitoring === null) {
    const remedy = 'Add monitoring: { window: 24h }, or write at-once.';
    found.push(finding(['publish', 'promote'], 'is after-window, and there is no window', remedy));
  }
  if (monitoring === undefined) return found;
  const { window, every, probes, without } = monitoring;
  if (every > window) {
    const remedy = 'Look more often, or make the window longer.';
    found.push(finding(['monitoring', 'every'], 'is longer than the window', remedy));
  }
  if (monitoring.stages.length === 0) {
    const remedy = 'Name kinds of release, or leave out monitoring.';
    found.push(finding(['monitoring', 'stages'], 'names no kind of release', remedy));
  }
  if (project.monitoring?.probes.length === 0) {
    const remedy = 'Leave fewer of them out, or name probes of your own.';
    found.push(finding(['monitoring', 'without'], 'leaves no probe', remedy));
  }
  const names = probes.map((probe) => probe.name ?? probe.kind);
  for (const [index, probe] of probes.entries()) {
    const at = (key?: string) => ['monitoring', 'probes', index, ...(key === undefined ? [] : [key])];
    const name = names[index]!;
    if (names.indexOf(name) < index) {
      found.push(finding(at(), `is the second probe that is called ${shown(name)}`, 'Give each probe its own name.'));
    }
    if ((without as readonly string[]).includes(probe.kind)) {
      const remedy = 'Take it out of without, or leave out the probe.';
      found.push(finding(at(), `is a probe of ${probe.kind}, which without leaves out`, remedy));
    }
    if ((probe.every ?? 0) > window || probe.after >= window) {
      const key = probe.after >= window ? 'after' : 'every';
      found.push(finding(at(key), 'is longer than the window', 'Make it shorter.'));
    }
    found.push(...limitFindings(probe, at));
    if (needsGitHub(probe) && project.publish.github === null) {
      const remedy = 'Add publish.github with its credential, or leave out the probe.';
      found.push(finding(at(), 'needs GitHub, which the project does not publish to', remedy));
    }
  }
  return found;
}

function needsGitHub({ kind }: FileProbe): boolean {
  return kind === 'github-release' || kind === 'issues';
}

const MEASURING = ['http', 'prometheus'] as const;

function limitFindings(probe: FileProbe, at: (key?: string) => Finding['path']): Finding[] {
  const found: Finding[] = [];
  const { min, max } = probe as { min?: number; max?: number };
  const measures = (MEASURING as readonly string[]).includes(probe.kind) || (probe.kind === 'command' && probe.pointer);
  if (measures && min === undefined && max === undefined) {
    found.push(finding(at(), 'has no threshold', 'Add max, min or both.'));
  }
  if (min !== undefined && max !== undefined && min > max) {
    found.push(finding(at('min'), 'is above max', 'Exchange them.'));
  }
  if (probe.kind === 'command' && !probe.pointer && (min !== undefined || max !== undefined)) {
    const remedy = 'Add pointer, which finds the number in the JSON of its last line.';
    found.push(finding(at(), 'has a threshold and no number to hold against it', remedy));
  }
  if ('credential' in probe && probe.credential !== null && !safeForSecrets(probe.url)) {
    const remedy = 'Write an https address, or leave out the credential.';
    found.push(finding(at('credential'), 'would be sent over plain http', remedy));
  }
  return found;
}

function safeForSecrets(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}
