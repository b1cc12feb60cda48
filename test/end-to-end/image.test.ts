import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slipwayClient } from '../../src/api-client/client.ts';
import { composeObstacle } from '../support/image/compose.ts';
import { Deployment } from '../support/image/deployment.ts';
import { Engine, imageObstacle, TARGETS } from '../support/image/engine.ts';
import { ContainerWatch, type Seen } from '../support/image/watch.ts';
import { World } from '../support/world.ts';

const WITHIN_MS = 600_000;
/** In each command of the project. */
const MARK = 'a-command-of-the-project';
const scratch = mkdtempSync(join(tmpdir(), 'slipway-image-'));
const found = composeObstacle || (await imageObstacle());
// Whether an engine can be started is known once it was tried.
const engine = found || (await Engine.start(join(scratch, 'docker')).catch((error: Error) => error.message));
const obstacle = typeof engine === 'string' ? engine : '';
if (obstacle) rmSync(scratch, { recursive: true });

describe.skipIf(obstacle)(`the images${obstacle && `, not built here: ${obstacle}`}`, () => {
  const closers: (() => unknown)[] = [() => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })];
  let world: World;
  let deployment: Deployment;
  let watch: ContainerWatch;

  beforeAll(async () => {
    if (typeof engine === 'string') return;
    closers.push(() => engine.end());
    world = await World.open();
    closers.push(() => world.close());
    await Promise.all([
      engine.buildImages(join(scratch, 'build')),
      world.addProject('packaged', { parts: ['docs'], change: commands('packaged') }),
    ]);
    deployment = await Deployment.start(engine, world, join(scratch, 'deployment'));
    closers.push(() => deployment.end());
    watch = new ContainerWatch(deployment.containers);
    closers.push(() => watch.end());
  }, WITHIN_MS);

  afterAll(async () => {
    while (closers.length > 0) await closers.pop()?.();
  }, WITHIN_MS);

  test('three containers as compose starts them release the sample', {
    timeout: WITHIN_MS,
  }, async () => {
    const rita = slipwayClient({ url: deployment.apiUrl, token: world.keys.people.rita?.token ?? '' });
    const { id } = await rita.startRelease({ project: 'packaged', version: '1.1.0' });
    for await (const { run } of states(rita, id)) {
      const wanted = run.waitingFor.some(({ kind }) => kind === 'sign-off') && run.signOffs.length === 0;
      const { commit = '', manifest } = run;
      if (wanted)
        await rita.signOff(id, { role: 'releaser', decision: 'approve', commit, manifest: manifest?.digest ?? '' });
      const blocked = run.steps.find(({ status }) => status === 'blocked');
      expect(blocked, JSON.stringify(blocked)).toBeUndefined();
    }
    const run = await rita.showRun(id);
    expect(run).toMatchObject({ outcome: 'released', status: 'ended', refusals: [] });
    const gate = run.steps.find(({ id }) => id === 'test.gate.imports');
    const isolation = gate?.evidence?.find(({ name }) => name === 'isolation')?.value;
    expect(isolation === 'none').toBe(!(await deployment.hasNamespaces()));
  });

  test('no process of the build worker holds a credential, in its environment or its arguments', () => {
    const seen = watch.of('worker-build');
    expect(seen.filter(isOfTheProject).length).toBeGreaterThan(0);
    expect(words(seen.filter(({ environment, command }) => holds(`${environment}\0${command}`)))).toEqual([]);
  });

  test('no file that the build worker can read holds a credential', () => {
    const root = `/proc/${watch.pid('worker-build')}/root`;
    const files = ['etc', 'run', 'tmp', 'var', 'root', 'opt/slipway/src'].flatMap((folder) =>
      below(join(root, folder)),
    );
    expect(files.some((file) => file.endsWith('/etc/slipway/slipway.yaml'))).toBe(true);
    expect(files.filter((file) => holds(contentOf(file)))).toEqual([]);
    // What looks for them finds them where they are.
    const publisher = below(`/proc/${watch.pid('worker-publish')}/root/run/credentials`);
    expect(publisher.filter((file) => holds(contentOf(file)))).toHaveLength(publisher.length);
    expect(publisher.length).toBeGreaterThan(0);
  });

  test('the publish worker runs no command of a project: git and the pinned tools are all that it starts', () => {
    const seen = watch.of('worker-publish');
    expect(words(seen.filter(isOfTheProject))).toEqual([]);
    expect(words(seen.filter((one) => !isOurs(one)))).toEqual([]);
    expect(seen.some(({ program }) => program.includes('git'))).toBe(true);
  });

  test('told to stop, each container ends by itself within its grace', { timeout: WITHIN_MS }, async () => {
    expect(await Promise.all(TARGETS.map((name) => deployment.stop(name)))).toEqual([0, 0, 0]);
  });

  function holds(text: string): boolean {
    return deployment.secrets.some((secret) => {
      const basic = Buffer.from(`x-access-token:${secret}`).toString('base64');
      return text.includes(secret) || text.includes(basic);
    });
  }
});

function commands(name: string) {
  const marked = (command: string) => `: ${MARK}; ${command}`;
  return {
    gates: [{ name: 'imports', run: marked(`PYTHONPATH=src python -c "import ${name}, time; time.sleep(0.3)"`) }],
    smoke: [marked(`python -c "import ${name}, time; time.sleep(0.3)"`)],
  };
}

function words(seen: readonly Seen[]): string[] {
  return seen.map(({ program, command }) => `${program}: ${command}`);
}

function isOfTheProject({ command }: Seen): boolean {
  return command.includes(MARK);
}

/** By what it runs, as the kernel says, and not by what it calls itself. */
const OURS = [
  '/usr/local/bin/node',
  '/usr/sbin/docker-init',
  '/sbin/docker-init',
  '/usr/bin/dash',
  '/usr/bin/rm',
  '/usr/bin/git',
];
/** Python runs our own scripts and the pinned tools, and never imports from where it stands. */
const OUR_SCRIPT = /^\S*python\S* (-\S+ )*(\/opt\/slipway-tools\/bin\/|\/opt\/slipway\/src\/)/;

function isOurs({ program, command }: Seen): boolean {
  if (OURS.includes(program) || program.startsWith('/usr/lib/git-core/')) return true;
  return program.startsWith('/usr/bin/python3') && OUR_SCRIPT.test(command);
}

async function* states(client: ReturnType<typeof slipwayClient>, id: string) {
  for await (const event of client.followRun(id)) {
    if (event.event === 'end') return;
    yield { run: await client.showRun(id) };
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''; // a checkout that has just been removed
    throw error;
  }
}

/** Files in it that can be searched. */
function below(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return found
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) < 20_000_000);
}
