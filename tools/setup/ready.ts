import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { ensureWorkflowBundle } from './bundle.ts';
import { record, state, tools } from './places.mjs';
import { ensurePythonTools } from './python-tools.ts';
import { ensureTemporalCli, type TemporalCli } from './temporal-cli.ts';

/** The environment that src/ takes the tools' places from; a path that is absent was not wanted or cannot be made yet. */
export type ToolEnvironment = {
  /** bin folder of the Python tools: uv, build (python -m build), twine, towncrier, pip-audit, pip-licenses */
  SLIPWAY_TOOLS: string;
  /** the Temporal CLI's executable */
  TEMPORAL_CLI: string;
  /** the workflow code, bundled beforehand for workers */
  SLIPWAY_WORKFLOW_BUNDLE?: string;
};

type SetupRecord = { temporal: TemporalCli; environment: ToolEnvironment };

/** Makes whatever is missing, each at most once; the order is that of need. */
export async function ensureReady({ quiet, bundle }: { quiet: boolean; bundle: boolean }): Promise<ToolEnvironment> {
  await ensurePythonTools();
  const temporal = await ensureTemporalCli(lastRecord()?.temporal);
  const workflows = bundle ? await ensureWorkflowBundle() : undefined;

  const environment: ToolEnvironment = {
    SLIPWAY_TOOLS: `${tools}/bin`,
    TEMPORAL_CLI: temporal.path,
    ...(workflows === undefined ? {} : { SLIPWAY_WORKFLOW_BUNDLE: workflows }),
  };
  keep({ temporal, environment });
  if (!quiet) {
    const seconds = (performance.now() / 1000).toFixed(1);
    process.stderr.write(
      `set-up: ready (${seconds} s; Node ${process.versions.node}, Temporal CLI ${temporal.version})\n`,
    );
  }
  return environment;
}

/** What the last set-up found, for those who start without tools/run.mjs (a test runner in an editor). */
export function lastRecord(): SetupRecord | undefined {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    return undefined;
  }
}

function keep(found: SetupRecord): void {
  mkdirSync(state, { recursive: true });
  writeFileSync(`${record}.new`, JSON.stringify(found, null, 2));
  renameSync(`${record}.new`, record);
}
