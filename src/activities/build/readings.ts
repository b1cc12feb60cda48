import { confinementOf } from '../../domain/confinement.ts';
import type { Reading } from '../../domain/health.ts';
import { judgeJson, unknown } from '../../domain/measure.ts';
import type { CommandProbe, InstallProbe } from '../../domain/monitoring.ts';
import { Problem } from '../../domain/problem.ts';
import { toPep440 } from '../../domain/version.ts';
import type { BuildActivities, EnvironmentRecipe, ReleaseContext } from '../index.ts';
import { type BuildDeps, inWorkspace } from './deps.ts';
import { environmentOf } from './environments.ts';
import { checkInstalled } from './installed.ts';

const LONGEST_TAIL = 200;
/** What a script ends with that could not ask its own source (EX_TEMPFAIL of sysexits.h). */
const COULD_NOT_TELL = 75;

/** Readings by what runs project code: a clean install by name, and the project's own script. */
export function buildReadingActivities(deps: BuildDeps): Pick<BuildActivities, 'takeBuildReading'> {
  const { builder, index } = deps;

  return {
    async takeBuildReading({ probe, recipe, ...context }) {
      try {
        if (probe.kind === 'install') return await install(context, probe);
        return recipe ? await script(context, probe, recipe) : unknown('no environment to run it in');
      } catch (error) {
        if (error instanceof Problem) return unknown(error.message);
        throw error;
      }
    },
  };

  /** An index that is down is no discredit of the package: it is asked before and after. */
  async function install({ project, version }: ReleaseContext, { timeout }: InstallProbe): Promise<Reading> {
    const target = project.publish.index;
    const pep440 = toPep440(version);
    const look = () => index.files(target, project.package, pep440);
    await look();
    const began = performance.now();
    try {
      await inWorkspace(deps, async ({ folder }) => {
        const install = ['--index', index.simpleUrl(target), '--refresh-package', project.package];
        const venv = `${folder}/venv`;
        const confinement = confinementOf(project);
        const { python } = project.environment;
        await builder.environment(venv, {
          python,
          cwd: folder,
          install: [...install, `${project.package}==${pep440}`],
          confinement,
        });
        await checkInstalled(deps, { name: project.package, version, venv, cwd: folder, confinement });
      });
    } catch (error) {
      if (!(error instanceof Problem) || !BROKEN.includes(error.code)) throw error;
      await look();
      return { health: 'unhealthy', value: null, note: error.message.slice(-LONGEST_TAIL) };
    }
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    if (seconds > timeout)
      return { health: 'unhealthy', value: seconds, note: `took ${seconds} s, above ${timeout} s` };
    return { health: 'healthy', value: seconds, note: `installs in ${seconds} s` };
  }

  async function script(context: ReleaseContext, probe: CommandProbe, recipe: EnvironmentRecipe): Promise<Reading> {
    const ready = await environmentOf(deps, { project: context.project, recipe });
    return inWorkspace(deps, async (workspace) => {
      await workspace.copyFrom(ready.checkout, 'checkout');
      const pep440 = toPep440(context.version);
      const result = await builder.run({
        name: probe.name,
        run: probe.run.replaceAll('{version}', context.version).replaceAll('{pep440}', pep440),
        cwd: `${workspace.folder}/checkout`,
        mountAt: ready.checkout,
        venv: ready.venv,
        timeout: probe.timeout,
        network: true,
        confinement: confinementOf(context.project),
        env: ready.env,
      });
      const last = result.tail.trim().split('\n').at(-1)?.slice(0, LONGEST_TAIL) ?? '';
      if (result.timedOut) return unknown(`took longer than ${probe.timeout} s`);
      if (result.exitCode === COULD_NOT_TELL) return unknown(last || 'could not tell');
      if (probe.pointer !== null) {
        if (result.exitCode !== 0) return unknown(`exit status ${result.exitCode}: ${last}`);
        return judgeJson(jsonOf(result.tail), probe.pointer, probe);
      }
      const { exitCode } = result;
      return {
        health: exitCode === 0 ? 'healthy' : 'unhealthy',
        value: exitCode,
        note: last || `exit status ${exitCode}`,
      };
    });
  }
}

const BROKEN: readonly string[] = ['environment-failed', 'install-failed', 'version-mismatch'];

/** The last line of what it printed. */
function jsonOf(tail: string): unknown {
  try {
    return JSON.parse(tail.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) throw new Problem('metric-unreadable', 'the last line is not JSON');
    throw error;
  }
}
