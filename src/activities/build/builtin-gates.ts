import { type Confinement, confinementOf } from '../../domain/confinement.ts';
import { judgeAudit } from '../../domain/gates/audit.ts';
import type { GateFindings } from '../../domain/gates/judge.ts';
import { judgeLicences } from '../../domain/gates/licences.ts';
import { Problem } from '../../domain/problem.ts';
import type { Gate } from '../../domain/project.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { EnvironmentRecipe, ReleaseContext } from '../index.ts';
import { type BuildDeps, inWorkspace } from './deps.ts';
import { environmentOf } from './environments.ts';

interface Asked extends ReleaseContext {
  readonly recipe: EnvironmentRecipe;
  readonly gate: Gate;
  readonly builtin: NonNullable<Gate['builtin']>;
}

/** Slipway's own gates that need the project's environment; those that need GitHub are a publish worker's. */
export function builtinGate(deps: BuildDeps, asked: Asked): Promise<StepReport> {
  switch (asked.builtin) {
    case 'audit':
      return audit(deps, asked);
    case 'licences':
      return licences(deps, asked);
    case 'pythons':
      return pythons(deps, asked);
    default:
      throw new Problem('project-invalid', `the gate ${asked.builtin} is none of a build worker's`);
  }
}

/** What users install, not what the tests need: runtime dependencies only. */
function runtime(recipe: EnvironmentRecipe): EnvironmentRecipe {
  return { ...recipe, install: ['.'] };
}

async function audit(deps: BuildDeps, { recipe, gate, project }: Asked): Promise<StepReport> {
  const { venv, checkout } = await environmentOf(deps, { project, recipe: runtime(recipe) });
  const wanted = gate.audit ?? { ignore: [] };
  const sites = await sitePackages(deps, { venv, confinement: confinementOf(project, gate) });
  const source = wanted.osvUrl === undefined ? ['-s', 'osv'] : ['-s', 'osv', '--osv-url', wanted.osvUrl];
  const args = ['--format', 'json', '--progress-spinner', 'off', ...source, '--path', sites];
  const result = await deps.builder.tool('pip-audit', args, { cwd: checkout, timeout: gate.timeout });
  if (!result.stdout.trimStart().startsWith('{')) {
    throw new Problem('nothing-audited', `pip-audit gave no report: ${result.tail}`, { log: result.log.digest });
  }
  return reported(gate, judgeAudit(wanted, { text: result.stdout, own: project.package }), result.log.digest);
}

async function licences(deps: BuildDeps, { recipe, gate, project }: Asked): Promise<StepReport> {
  const { venv } = await environmentOf(deps, { project, recipe: runtime(recipe) });
  const confinement = confinementOf(project, gate);
  const args = ['--format=json', '--from=mixed', `--python=${venv}/bin/python`];
  const result = await inWorkspace(deps, ({ folder }) =>
    deps.builder.tool('pip-licenses', args, { cwd: folder, timeout: gate.timeout, venv, confinement }),
  );
  if (result.exitCode !== 0)
    throw new Problem('command-failed', `pip-licenses: ${result.tail}`, { log: result.log.digest });
  return reported(
    gate,
    judgeLicences(gate.licences ?? { allow: [], ignore: [] }, { text: result.stdout, own: project.package }),
    result.log.digest,
  );
}

/** The project's tests on every Python version named: one that is not there blocks, it is not skipped. */
async function pythons(deps: BuildDeps, { recipe, gate, project }: Asked): Promise<StepReport> {
  const wanted = gate.pythons ?? [];
  const there = await Promise.all(
    wanted.map(async (version) => ({ version, path: await deps.builder.interpreter(version) })),
  );
  const missing = there.filter(({ path }) => path === undefined).map(({ version }) => version);
  if (missing.length > 0)
    throw new Problem('interpreter-missing', `no Python ${missing.join(', ')} on this build worker`, {
      faults: missing,
    });
  const tests = project.gates.find(
    (one) => one.run !== null && /\bpytest\b|\bunittest\b/.test(one.run) && !one.benchmark,
  );
  for (const version of wanted) {
    const ready = await environmentOf(deps, { project, recipe: { ...recipe, python: version } });
    if (!tests?.run) continue;
    const workspace = await deps.workspaces.open();
    try {
      await workspace.copyFrom(ready.checkout, 'checkout');
      const result = await deps.builder.run({
        name: `${gate.name}-${version}`,
        run: tests.run,
        cwd: `${workspace.folder}/checkout`,
        mountAt: ready.checkout,
        venv: ready.venv,
        timeout: gate.timeout,
        network: tests.network,
        confinement: confinementOf(project, tests),
        env: ready.env,
      });
      if (result.exitCode !== 0)
        throw new Problem('gate-failed', `Python ${version}: ${result.tail}`, { log: result.log.digest });
    } finally {
      await workspace.dispose();
    }
  }
  return {
    summary: `installs${tests ? ` and passes ${tests.name}` : ''} on Python ${wanted.join(', ')}`,
    evidence: [{ name: 'pythons', value: wanted.join(', ') }],
  };
}

/** Whatever starts an environment's Python runs what was installed there. */
async function sitePackages(deps: BuildDeps, given: { venv: string; confinement: Confinement }): Promise<string> {
  const script = 'import sysconfig; print(sysconfig.get_paths()["purelib"])';
  return inWorkspace(deps, async ({ folder }) => {
    const tool = `${given.venv}/bin/python`;
    const { stdout } = await deps.builder.tool(tool, ['-I', '-c', script], { ...given, cwd: folder, timeout: 60 });
    return stdout.trim().split('\n').at(-1) ?? '';
  });
}

function reported(gate: Gate, { faults, numbers }: GateFindings, log: string): StepReport {
  if (faults.length > 0)
    throw new Problem('gate-failed', `${gate.name}: ${faults.slice(0, 5).join('; ')}`, {
      faults: faults.slice(0, 50),
      log,
    });
  return { summary: numbers.map(({ name, value }) => `${name} ${value}`).join(', '), evidence: numbers };
}
