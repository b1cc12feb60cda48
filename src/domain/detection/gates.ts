import type { Tree } from '../version-homes/tree.ts';
import { findChecks } from './checks.ts';
import { type CoverageRule, findCoverageRule } from './coverage.ts';
import type { TestEnvironment } from './environment.ts';
import type { TestCommand } from './test-command.ts';

export interface DetectedGate {
  readonly name: string;
  readonly run: string;
  readonly critical?: true;
  readonly coverage?: { readonly report: string; readonly overall: number };
}

export interface DetectedGates {
  readonly gates: readonly DetectedGate[];
  readonly found: readonly string[];
  readonly missing: readonly string[];
}

interface Where {
  readonly tree: Tree;
  readonly folder: string;
  readonly module: string | undefined;
}

/** What must pass before a release: the project's own tests, with the threshold it sets itself, and the checks it can run here. */
export function findGates(
  { tree, folder, module }: Where,
  command: TestCommand | undefined,
  { names }: TestEnvironment,
): DetectedGates {
  const rule = findCoverageRule(tree, folder);
  const measured = command === undefined ? undefined : withCoverage(command, rule, { names, module });
  const tests: DetectedGate[] =
    command === undefined ? [] : [{ name: 'tests', critical: true, run: command.run, ...measured?.gate }];
  const checks = findChecks(tree, folder, module);
  const able = checks.filter(({ needs }) => names.has(needs));
  const unable = checks.filter(({ needs }) => !names.has(needs));
  return {
    gates: [...tests, ...able.map(({ name, run }) => ({ name, run }))],
    found: [
      ...(command === undefined ? [] : [`tests: ${tests[0]!.run} (${command.where})`]),
      ...(measured === undefined ? [] : [measured.note]),
      ...able.map(({ run, where }) => `check: ${run} (${where})`),
      ...unable.map(
        ({ name, where }) => `not taken: ${name} is configured (${where}), and not among what is installed`,
      ),
    ],
    missing: command === undefined ? ['tests: no test was found, so that no gate stands before a release'] : [],
  };
}

function withCoverage(
  command: TestCommand,
  rule: CoverageRule | undefined,
  { names, module }: { names: ReadonlySet<string>; module: string | undefined },
): { gate: Pick<DetectedGate, 'coverage'> & { run?: string }; note: string } | undefined {
  if (rule === undefined) return undefined;
  const { overall, where } = rule;
  if (command.runner !== 'pytest' || !names.has('pytest-cov')) {
    return {
      gate: {},
      note: `not taken: coverage of ${overall} % (${where}), since pytest-cov is not among what is installed`,
    };
  }
  if (rule.combined) {
    return {
      gate: {},
      note: `not taken: coverage of ${overall} % (${where}) is measured over several runs together (parallel)`,
    };
  }
  const source = rule.hasSource ? '--cov' : `--cov=${module ?? '.'}`;
  const run = `${command.run} ${source} --cov-report=json:coverage.json`;
  return { gate: { run, coverage: { report: 'coverage.json', overall } }, note: `coverage: ${overall} % (${where})` };
}
