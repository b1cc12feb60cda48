import { type Confinement, HELD, heldWords, limitsReached, whyFailed } from '../../domain/confinement.ts';
import { Problem } from '../../domain/problem.ts';
import type { Smoke } from '../../domain/project.ts';
import type { Evidence } from '../../domain/run/state.ts';
import { samePep440, toPep440 } from '../../domain/version.ts';
import type { BuildDeps } from './deps.ts';

interface Place {
  readonly venv: string;
  readonly cwd: string;
  readonly confinement: Confinement;
}

const LOOK_LIMIT = 120;

/** Told by the installed package itself, run as a user's program would. Its last line is JSON, whatever an import may print. */
const LOOK = `import importlib, importlib.metadata as metadata, json, re, sys
name = sys.argv[1]
distribution = metadata.distribution(name)
files = [str(file) for file in distribution.files or []]
tops = sorted({file.split("/")[0].removesuffix(".py") for file in files if file.endswith(".py") and not file.startswith("..")})
plain = re.sub(r"[-_.]+", "_", name).lower()
chosen = next((top for top in tops if top.lower() == plain), tops[0] if len(tops) == 1 else None)
found = getattr(importlib.import_module(chosen), "__version__", None) if chosen else None
print(json.dumps({"metadata": distribution.version, "module": chosen, "dunder": found if isinstance(found, str) else None}))`;

/** The metadata and, where there is one, `__version__` are the release's version (PEP 440 comparison). */
export async function checkInstalled(
  { builder }: BuildDeps,
  { name, version, ...place }: Place & { name: string; version: string },
): Promise<void> {
  const run = `python -I -c '${LOOK.replaceAll("'", `'"'"'`)}' ${name}`;
  const result = await builder.run({ name: 'look', run, ...place, timeout: LOOK_LIMIT, network: false });
  if (result.exitCode !== 0)
    throw new Problem('install-failed', `the installed ${name} does not import: ${result.tail}`, {
      log: result.log.digest,
    });
  const line = result.tail.trim().split('\n').at(-1) ?? '';
  const found = JSON.parse(line) as { metadata: string; module: string | null; dunder: string | null };
  const told = [
    { where: 'its metadata', version: found.metadata },
    ...(found.dunder === null ? [] : [{ where: `${found.module}.__version__`, version: found.dunder }]),
  ];
  const wrong = told.filter((one) => !samePep440(one.version, toPep440(version)));
  if (wrong.length > 0) {
    throw new Problem(
      'version-mismatch',
      wrong.map((one) => `${one.where} says ${one.version}, not ${toPep440(version)}`).join('; '),
      { log: result.log.digest },
    );
  }
}

/** Commands by their exit status, servers by what their pages answer. */
export async function runSmoke(
  deps: BuildDeps,
  { smoke, ...place }: Place & { smoke: readonly Smoke[] },
): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  for (const one of smoke) {
    const result = one.kind === 'command' ? await command(deps, one, place) : await server(deps, one, place);
    evidence.push({ name: one.run, value: `${result.seconds.toFixed(1)} s`, artifact: result.log });
    if (evidence.length === 1) evidence.push({ name: HELD, value: heldWords(result) });
    evidence.push(...limitsReached(result));
  }
  return evidence;
}

async function command({ builder }: BuildDeps, one: Extract<Smoke, { kind: 'command' }>, place: Place) {
  const result = await builder.run({
    name: 'smoke',
    run: one.run,
    ...place,
    timeout: one.timeout,
    network: one.network,
  });
  if (result.timedOut)
    throw new Problem('install-failed', `${one.run} took longer than ${one.timeout} s`, { log: result.log.digest });
  const why = whyFailed(result, { network: one.network, confinement: place.confinement });
  if (result.exitCode !== 0)
    throw new Problem('install-failed', `${one.run}: ${why}exit status ${result.exitCode}: ${result.tail}`, {
      log: result.log.digest,
    });
  return result;
}

async function server({ builder }: BuildDeps, one: Extract<Smoke, { kind: 'server' }>, place: Place) {
  const faults: string[] = [];
  const result = await builder.serve(
    { name: 'smoke', run: one.run, url: one.url, ...place, timeout: one.timeout, network: one.network },
    async (base) => {
      for (const expected of one.expect) {
        const answer = await fetch(new URL(expected.path, base), {
          redirect: 'manual',
          signal: AbortSignal.timeout(10_000),
        });
        const text = await answer.text();
        if (answer.status !== expected.status)
          faults.push(`${expected.path} answers ${answer.status}, not ${expected.status}`);
        else if (expected.contains && !text.includes(expected.contains))
          faults.push(`${expected.path} does not hold "${expected.contains}"`);
      }
    },
  );
  if (faults.length > 0)
    throw new Problem('install-failed', `${one.run}: ${faults.join('; ')}`, { log: result.log.digest, faults });
  return result;
}
