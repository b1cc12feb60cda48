import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import type { Sandbox } from './sandbox.ts';

export interface ReportedRun {
  readonly id: string;
  readonly runId: string;
  readonly outcome: string | null;
  readonly version: string;
  readonly tag: string | null;
  readonly commit: string | null;
  readonly manifest: { readonly digest: string; readonly files: readonly { name: string; sha256: string }[] } | null;
}

/** What a release manager's own scripts need to drive the sandbox. It holds tokens: for its owner's eyes alone. */
export function writeReport(
  file: string,
  { addresses, people }: Pick<Sandbox, 'addresses' | 'people'>,
  about: { readonly project: string; readonly runs: readonly ReportedRun[] },
): void {
  const report = { addresses, people, project: about.project, runs: about.runs };
  writeFileSync(`${file}.new`, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600); // one that was left over keeps its mode
  renameSync(`${file}.new`, file);
}
