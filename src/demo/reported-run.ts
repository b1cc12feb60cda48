import type { RunView } from '../api/run-view.ts';
import { tagOf } from '../domain/version-tag.ts';
import type { ReportedRun } from '../sandbox/report.ts';

export function reported(run: RunView, tagForm: string): ReportedRun {
  const tagged = run.steps.some(
    ({ id, status }) => id === 'release.tag' && (status === 'done' || status === 'adopted'),
  );
  return {
    id: run.id,
    runId: run.runId,
    outcome: run.outcome ?? null,
    version: run.version,
    tag: tagged ? tagOf(run.version, tagForm) : null,
    commit: run.commit ?? null,
    manifest: run.manifest
      ? {
          digest: run.manifest.digest,
          files: run.manifest.files.map(({ name, digest }) => ({ name, sha256: digest.slice('sha256:'.length) })),
        }
      : null,
  };
}
