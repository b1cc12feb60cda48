import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import colours from 'picocolors';
import type { RunView } from './api/run-view.ts';
import { Api, Refused } from './demo/api.ts';
import { ByHand } from './demo/by-hand.ts';
import { Display } from './demo/display.ts';
import { follow } from './demo/follow.ts';
import { installReleased } from './demo/install.ts';
import { showLife } from './demo/life.ts';
import { type DemoOptions, readOptions } from './demo/options.ts';
import { answersTo, People } from './demo/people.ts';
import { bringProject, type DemoProject, introduce } from './demo/project.ts';
import { reported } from './demo/reported-run.ts';
import { shown } from './demo/shown.ts';
import { tellTrouble } from './demo/trouble.ts';
import { versionToRelease } from './demo/version.ts';
import { Problem } from './domain/problem.ts';
import { toPep440 } from './domain/version.ts';
import { holderOf, lockState } from './sandbox/lock.ts';
import { writeReport } from './sandbox/report.ts';
import { type Sandbox, startSandbox } from './sandbox/sandbox.ts';

const STARTER = 'rita';
const folder = fileURLToPath(new URL('../.slipway', import.meta.url));
const display = new Display();

interface Stage {
  readonly sandbox: Sandbox;
  readonly project: DemoProject;
  readonly report: string;
}

/** Brings up a sandbox with a project in it, and releases that: for real, but on this machine alone. */
async function main(): Promise<number> {
  const { what, options } = readOptions(process.argv.slice(2));
  const stage = await setStage(what, options);
  const interrupted = whenInterrupted();
  try {
    if (what === 'sandbox') {
      display.heading('The sandbox is up until Ctrl-C.');
      await interrupted;
      return 0;
    }
    const released = await Promise.race([release(stage, options), interrupted]);
    if (typeof released === 'number') return released;
    const well = released.outcome === 'released' && (await Promise.race([lived(stage, options), interrupted]));
    if (typeof well === 'number') return well;
    if (options.once) return well ? 0 : 1;
    display.heading('The sandbox stays up until Ctrl-C: look around.');
    await interrupted;
    return well ? 0 : 1;
  } finally {
    display.status('');
    await stage.sandbox.close();
  }
}

async function setStage(what: 'demo' | 'sandbox', options: DemoOptions): Promise<Stage> {
  const state = options.state ?? (what === 'sandbox' ? join(folder, 'sandbox') : freshState());
  const report = resolve(options.report ?? join(state, 'report.json'));
  mkdirSync(dirname(report), { recursive: true });
  display.line(colours.bold('Slipway: a sandbox of real parts on this machine'));
  display.line(
    `  state and logs in ${shown(state)}${options.state || what === 'sandbox' ? '' : ', until the next demo starts'}`,
  );
  display.status('starts Temporal, package indexes, GitHub, a registry, the API and two workers; next: the project');
  const sandbox = await startSandbox({
    state,
    tools: needed('SLIPWAY_TOOLS'),
    workflowBundle: process.env.SLIPWAY_WORKFLOW_BUNDLE,
    cache: join(folder, 'cache'),
    seed: (seeding) => bringProject(seeding, options),
    tell: (line) => display.event(line),
  });
  try {
    const project = await introduce(sandbox, sandbox.seeded, display);
    await tellReport({ sandbox, project, report });
    showAddresses(sandbox, report);
    return { sandbox, project, report };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

/** From an HTTP call to an installed package. */
async function release({ sandbox, project, report }: Stage, options: DemoOptions): Promise<RunView> {
  const api = new Api(sandbox.addresses.api, sandbox.people[STARTER]?.token ?? '');
  display.heading(`A release of ${project.package}, started by ${STARTER} over the API`);
  const wish = await versionToRelease(api, project.name, options, display);
  const started = await api.startRelease({ project: project.name, ...wish });
  display.line(
    `  ${started.id}: ${sandbox.addresses.temporalUi}/namespaces/default/workflows/${started.id}/${started.runId}`,
  );

  const people = new People(sandbox, display);
  const byHand = new ByHand(sandbox, report, display);
  const run = await follow({
    ...{ api, display, run: started },
    async react(seen) {
      const answers = answersTo(seen, project);
      const onGitHub = answers.filter(({ at }) => at === 'github');
      if (options.hold) byHand.tell(seen, answers);
      // Where the sign-offs are held, reviews are given all the same: the sandbox's GitHub has no pages to give them on.
      await people.answer(seen, options.hold ? onGitHub : answers);
      return (
        options.once &&
        blockedForGood(
          seen,
          answers.map(({ body }) => body),
        )
      );
    },
  });
  await tellReport({ sandbox, project, report });
  if (run.outcome === 'released') await installAndTell(sandbox, project, run);
  else tellTrouble(run, sandbox.places, display);
  return run;
}

/** The sample's life goes on: a hotfix, and its rollback. What a person brought along, or keeps in hand, ends with its release. */
async function lived({ sandbox, project, report }: Stage, { repo, hold }: DemoOptions): Promise<boolean> {
  if (repo !== undefined || hold) return true;
  const people = new People(sandbox, display);
  const tools = needed('SLIPWAY_TOOLS');
  const stage = { sandbox, project, display, people, tools, cache: join(folder, 'cache', 'uv') };
  const runs = await showLife(stage, STARTER);
  await tellReport({ sandbox, project, report });
  const last = runs.at(-1);
  if (last?.outcome === 'rolled-back') return true;
  if (last) tellTrouble(last, sandbox.places, display);
  return false;
}

/** With every run that the service knows of, those of earlier starts included. */
async function tellReport({ sandbox, project, report }: Stage): Promise<void> {
  const runs = await new Api(sandbox.addresses.api, sandbox.people[STARTER]?.token ?? '').runs(project.name);
  writeReport(report, sandbox, { project: project.name, runs: runs.map((run) => reported(run, project.tagForm)) });
}

/** Nothing goes on by itself any more, and nobody of the sandbox has an answer. */
function blockedForGood(run: RunView, answers: readonly object[]): boolean {
  return run.status === 'blocked' && answers.length === 0 && !run.steps.some(({ status }) => status === 'running');
}

async function installAndTell(sandbox: Sandbox, project: DemoProject, run: RunView): Promise<void> {
  const { simpleUrl, pageUrl } = sandbox.servers.index;
  const version = toPep440(run.version);
  display.heading(`Released. ${project.package} ${version} from the sandbox's index, in a clean environment:`);
  display.status('installs the released package');
  const installed = await installReleased({
    ...{ name: project.package, version, simpleUrl },
    ...{ tools: needed('SLIPWAY_TOOLS'), cache: join(folder, 'cache', 'uv') },
  });
  const module = installed.module ? `; ${installed.module.name}.__version__ is ${installed.module.version}` : '';
  display.event(`${colours.green('✓')} installed ${project.package} ${installed.version}${module}`);
  display.line(`  index page   ${pageUrl.replace('{name}', project.package).replace('{version}', version)}`);
  for (const [name, url] of Object.entries(run.links))
    if (url.startsWith('http')) display.line(`  ${name.padEnd(12)} ${url}`);
}

function showAddresses({ addresses, servers }: Sandbox, report: string): void {
  display.event(`${colours.green('✓')} the sandbox is up`);
  const lines = [
    ['dashboard', `${addresses.api} (sign in with the token of rita, tom, quinn or paula)`],
    ['a token', `node -p "require('${report}').people.tom.token"`],
    ['Temporal UI', addresses.temporalUi],
    ['package index', `${addresses.index} (log in as rita to yank: ${servers.index.manageUrl})`],
    ['test index', addresses.testIndex],
    ['GitHub', `${addresses.github} (API: ${addresses.githubApi})`],
    ...(addresses.registry === undefined ? [] : [['registry', addresses.registry]]),
    ['people, tokens', `${shown(report)} (for your eyes alone)`],
  ];
  for (const [name = '', where = ''] of lines) display.line(`  ${name.padEnd(15)} ${where}`);
}

/** A folder of this demo's own; those of demos that are over go meanwhile. */
function freshState(): string {
  const demos = join(folder, 'demo');
  const over = (existsSync(demos) ? readdirSync(demos) : []).map((name) => join(demos, name));
  for (const demo of over.filter((one) => holderOf(join(one, 'running.pid')) === undefined)) {
    rm(demo, { recursive: true, force: true }).catch(() => {}); // what is left of it goes next time
  }
  mkdirSync(demos, { recursive: true });
  const state = mkdtempSync(join(demos, 'demo-'));
  lockState(join(state, 'running.pid')); // before another demo takes it for one that is over
  return state;
}

function whenInterrupted(): Promise<number> {
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(async (signal) => {
    await once(process, signal);
    display.status('');
    display.line(`${signal}: ending what was started`);
    process.once(signal, () => process.exit(130)); // everything that was started ends with us all the same
    return signal === 'SIGINT' ? 130 : 143;
  });
  return Promise.race(signals);
}

function needed(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: start the demo by npm run demo, which sets everything up`);
}

function explain(error: unknown): void {
  display.status('');
  if (error instanceof Problem) {
    const faults = (error.facts.faults ?? []).map((fault) => `  - ${fault}\n`).join('');
    process.stderr.write(`${error.message}\n${faults}${error.remedy}\n`);
  } else if (error instanceof Refused) {
    const { detail, remedy, faults = [] } = error.problem;
    process.stderr.write(
      `${detail}\n${faults.map(({ path, message }) => `  - ${path ?? ''} ${message}\n`).join('')}${remedy ?? ''}\n`,
    );
  } else {
    process.stderr.write(
      `${error instanceof Error ? (process.env.DEBUG ? error.stack : error.message) : String(error)}\n`,
    );
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
process.exit();
