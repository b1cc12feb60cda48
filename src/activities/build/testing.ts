import { type Confinement, confinementOf, HELD, heldWords, limitsReached, reasons } from '../../domain/confinement.ts';
import { type GateFindings, judgeReports, type ReportReader } from '../../domain/gates/judge.ts';
import { Problem } from '../../domain/problem.ts';
import type { Gate } from '../../domain/project.ts';
import type { Evidence } from '../../domain/run/state.ts';
import type { BuildActivities, EnvironmentRecipe, ReleaseContext } from '../index.ts';
import type { CommandResult, Workspace } from '../ports.ts';
import { builtinGate } from './builtin-gates.ts';
import { type BuildDeps, inWorkspace } from './deps.ts';
import { environmentOf, type ReadyEnvironment } from './environments.ts';

interface Asked extends ReleaseContext {
  readonly recipe: EnvironmentRecipe;
  readonly gate: Gate;
  readonly baseline: { readonly commit: string } | null;
}

/** The project's own checks, each in a copy of its own of the same checkout. */
export function testingActivities(deps: BuildDeps): Pick<BuildActivities, 'makeEnvironment' | 'runGate'> {
  const { builder } = deps;

  return {
    async makeEnvironment(asked) {
      let summary = 'there already';
      const evidence: Evidence[] = [];
      await environmentOf(deps, asked, ({ version, packages }) => {
        summary = `Python ${version}`;
        evidence.push({ name: 'packages', artifact: packages });
      });
      return { summary, evidence };
    },

    async runGate(asked) {
      const { gate, project } = asked;
      if (gate.builtin) return builtinGate(deps, { ...asked, builtin: gate.builtin });
      const ready = await environmentOf(deps, asked);
      return inWorkspace(deps, async (workspace) => {
        const confinement = confinementOf(project, gate);
        const { result, read } = await runIn(workspace, ready, { gate, confinement });
        const baseline = await baselineOf(asked, workspace);
        const findings = judgeReports(gate, read, baseline);
        return report({ gate, confinement }, result, findings);
      });
    },
  };

  async function runIn(
    workspace: Workspace,
    ready: ReadyEnvironment,
    { gate, confinement }: Confined,
  ): Promise<{ result: CommandResult; read: ReportReader }> {
    // What an install wrote into its checkout belongs to it: a fresh checkout would lack it.
    await workspace.copyFrom(ready.checkout, 'checkout');
    const result = await builder.run({
      name: gate.name,
      run: gate.run!,
      cwd: `${workspace.folder}/checkout`,
      mountAt: ready.checkout,
      venv: ready.venv,
      timeout: gate.timeout,
      network: gate.network,
      confinement,
      env: ready.env,
    });
    if (result.timedOut)
      throw new Problem('command-timed-out', `${gate.name} took longer than ${gate.timeout} s`, {
        log: result.log.digest,
      });
    return { result, read: reader(workspace) };
  }

  /** The same command on the last release, on this machine, right beside it: times of another machine would say nothing. */
  async function baselineOf(
    { gate, project, recipe, baseline }: Asked,
    workspace: Workspace,
  ): Promise<ReportReader | undefined> {
    if (!gate.benchmark || !baseline) return undefined;
    const before = { ...recipe, candidate: { ...recipe.candidate, commit: baseline.commit } };
    const ready = await environmentOf(deps, { project, recipe: before });
    return inWorkspace(deps, async (other) => {
      await runIn(other, ready, { gate, confinement: confinementOf(project, gate) });
      const text = await other.text(`checkout/${gate.benchmark!.report}`);
      await workspace.write('baseline.json', Buffer.from(text ?? ''));
      return () => text;
    });
  }
}

interface Confined {
  readonly gate: Gate;
  readonly confinement: Confinement;
}

function reader(workspace: Workspace): ReportReader {
  return (path) => {
    const bytes = workspace.bytes(`checkout/${path}`);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
  };
}

/** A verdict comes from the report where there is one; an exit status that disagrees with it fails the gate as well. */
function report({ gate, confinement }: Confined, result: CommandResult, findings: GateFindings) {
  const failed = result.exitCode !== 0 && !findings.decides;
  const why = reasons(result, { network: gate.network, confinement });
  const faults = [...findings.faults, ...(failed ? [`exit status ${result.exitCode}`] : [])];
  if (faults.length > 0) {
    faults.unshift(...why);
    throw new Problem('gate-failed', `${gate.name}: ${faults.slice(0, 5).join('; ')}`, {
      faults: faults.slice(0, 50),
      log: result.log.digest,
    });
  }
  const isolated = result.isolation !== 'none' ? '' : '; not isolated on this worker';
  const numbers = findings.numbers.map(({ name, value }) => `${name} ${value}`).join(', ');
  return {
    summary: `${numbers || 'passed'} in ${result.seconds.toFixed(1)} s${isolated}`,
    evidence: [
      ...findings.numbers,
      { name: 'log', artifact: result.log },
      { name: HELD, value: heldWords(result) },
      ...limitsReached(result),
    ],
  };
}
