import { join, type Tree } from '../version-homes/tree.ts';
import { iniSection } from './ini-section.ts';
import { pyprojectOf, tableAt } from './requirements.ts';
import { pytestSettings } from './test-command.ts';

export interface CoverageRule {
  readonly overall: number;
  readonly where: string;
  /** Does the project say what is measured? */
  readonly hasSource: boolean;
  /** Measured over several runs together: no single one reaches it. */
  readonly combined: boolean;
  /** pytest itself looks at it. */
  readonly byPytest: boolean;
}

/** The least coverage that the project's own configuration asks for; undefined where it asks for none. */
export function findCoverageRule(tree: Tree, folder: string): CoverageRule | undefined {
  const addopts = pytestSettings(tree, folder)?.addopts ?? '';
  const byOption = /--cov-fail-under[= ](\d+(?:\.\d+)?)/.exec(addopts)?.[1];
  const found = settings(tree, folder);
  const text = byOption ?? found?.report.fail_under;
  const overall = text === undefined ? Number.NaN : Number(text);
  if (!(overall > 0)) return undefined;
  const run = found?.run ?? {};
  const measuring = /(?:^|\s)--cov\b/.test(addopts);
  return {
    overall,
    where:
      byOption === undefined
        ? `fail_under in ${found?.path}`
        : `--cov-fail-under in ${pytestSettings(tree, folder)?.path}`,
    hasSource: 'source' in run || 'source_pkgs' in run || /--cov=\S/.test(addopts),
    combined: byOption === undefined && !measuring && /^true$/i.test(String(run.parallel ?? '')),
    byPytest: byOption !== undefined,
  };
}

function settings(tree: Tree, folder: string) {
  const coverage = tableAt(pyprojectOf(tree, folder), 'tool', 'coverage');
  if (Object.keys(coverage).length > 0) {
    return { path: join(folder, 'pyproject.toml'), report: tableAt(coverage, 'report'), run: tableAt(coverage, 'run') };
  }
  for (const [file, prefix] of [
    ['.coveragerc', ''],
    ['setup.cfg', 'coverage:'],
    ['tox.ini', 'coverage:'],
  ] as const) {
    const path = join(folder, file);
    const [report, run] = ['report', 'run'].map((name) => iniSection(tree.read(path), prefix + name));
    if (report !== undefined || run !== undefined) return { path, report: report ?? {}, run: run ?? {} };
  }
  return undefined;
}
