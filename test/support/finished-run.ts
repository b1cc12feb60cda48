import { openChecklist } from '../../src/domain/run/checklist.ts';
import { receive } from '../../src/domain/run/receive.ts';
import { openState, type RunState } from '../../src/domain/run/state.ts';
import { beginStep, finishStep, type StepReport } from '../../src/domain/run/steps.ts';
import { artifact, COMMIT, PEOPLE, project, TREE } from './release-activities.ts';

export const MANIFEST = `sha256:${'7'.repeat(64)}` as const;
export const AT = '2026-01-31T12:00:00.000Z';

export const STRICT = `title: Sample
policy: strict
environment: { python: "3.11" }
branches: { main: main, develop: develop }
gates:
  - { name: tests, run: pytest, coverage: { report: c.json, overall: 85 } }
  - { name: security, run: bandit, bandit: { report: b.json } }
  - { name: speed, run: pytest, benchmark: { report: s.json } }
publish:
  docs: { build: mkdocs build }
  image: { name: ghcr.io/acme/sample }
announce: [ { kind: slack, credential: SLACK } ]
`;

/** A release that did these steps, by the project's file; what each reported. */
export function runThatDid(
  steps: Readonly<Record<string, Partial<StepReport> & { status?: RunState['steps'][number]['status'] }>>,
  yaml = STRICT,
): RunState {
  const state = openState({
    ...{ id: 'release:sample:1.2.0', runId: 'run-1', kind: 'release', now: AT },
    request: { schema: 1, project: 'sample', version: '1.2.0', startedBy: 'rel', requestId: 'a request id' },
  });
  state.frozen = { project: project(yaml), people: PEOPLE.map((one) => ({ ...one })), unsignedSignals: 'accept' };
  state.commit = COMMIT;
  state.tree = TREE;
  state.manifest = { digest: MANIFEST, files: [artifact('sample-1.2.0.tar.gz', '2')], extras: [] };
  openChecklist(state);
  for (const [id, { status, ...report }] of Object.entries(steps)) {
    const step = beginStep(state, { id, title: id }, AT);
    finishStep(step, { summary: 'done', ...report }, AT);
    if (status) step.status = status;
  }
  return state;
}

export function signed(state: RunState, by: string, role: string): void {
  const payload = { requestId: `${by} ${role}`, by, role, decision: 'approve', commit: COMMIT, manifest: MANIFEST };
  receive(state, 'signOff', payload, AT);
}

export function ticked(state: RunState, item: string, more: object = {}): void {
  const payload = { requestId: item, by: 'quin', item, passed: true, commit: COMMIT, manifest: MANIFEST, ...more };
  receive(state, 'check', payload, AT);
}
