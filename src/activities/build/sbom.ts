import { Problem } from '../../domain/problem.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import { billOf, SBOM } from '../../domain/sbom.ts';
import type { BuildDeps } from './deps.ts';

const LIMIT_SECONDS = 300;

/** What a clean environment holds, as CycloneDX; null where this worker lacks the program that tells. */
export async function billOfMaterials(
  { builder, store }: BuildDeps,
  { name, venv, cwd }: { name: string; venv: string; cwd: string },
): Promise<ArtifactRef | null> {
  // Its own validation takes seven times as long as all else that it does, and sees the bill before it is cut down.
  const form = ['--output-reproducible', '--output-format', 'JSON', '--spec-version', '1.6', '--no-validate'];
  try {
    const result = await builder.tool('cyclonedx-py', ['environment', ...form, `${venv}/bin/python`], {
      cwd,
      timeout: LIMIT_SECONDS,
    });
    const log = { log: result.log.digest };
    if (result.exitCode !== 0) throw new Problem('command-failed', `cyclonedx-py: ${result.tail}`, log);
    return await store.put(SBOM, billOf(result.stdout, name));
  } catch (error) {
    if (error instanceof Problem && error.code === 'tool-missing') return null;
    throw error;
  }
}
