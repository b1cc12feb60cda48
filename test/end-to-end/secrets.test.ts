import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../support/world.ts';

const WITHIN_MS = 240_000;
const SAMPLE_EVERY_MS = 20;

/**
 * A gate that looks for the secrets wherever a program can look: its own and its parents' environments and arguments, every file that it
 * may read, git's configuration. It carries them backwards, so that it does not find itself.
 */
function seeker(secrets: readonly string[]): string {
  const backwards = JSON.stringify(secrets.map((secret) => [...secret].reverse().join('')));
  return `import os, subprocess, sys
secrets = [text[::-1].encode() for text in ${backwards}]
found = []
def look(where, content):
    for number, secret in enumerate(secrets):
        if secret in content:
            found.append(f"secret {number} in {where}")
look("its environment", repr(dict(os.environ)).encode())
for process in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{process}/{name}", "rb") as file:
                look(f"/proc/{process}/{name}", file.read())
        except OSError:
            pass
look("git", subprocess.run(["git", "config", "--list", "--show-origin"], capture_output=True).stdout)
for folder, folders, names in os.walk("/"):
    if folder.startswith(("/proc", "/sys", "/dev", "/usr")):
        folders[:] = []
        continue
    for name in names:
        path = os.path.join(folder, name)
        try:
            if os.path.isfile(path) and os.path.getsize(path) < 2_000_000:
                with open(path, "rb") as file:
                    look(path, file.read())
        except OSError:
            pass
print("\\n".join(found))
sys.exit(1 if found else 0)
`;
}

let world: World;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world?.close());

test('no secret is in a history, log, artifact, process argument or error, and a gate that looks for one finds none', {
  timeout: WITHIN_MS,
}, async () => {
  const signing = world.keys.signing.privateKey.split('\n')[1]!;
  const secrets = [world.keys.index, world.keys.testIndex, world.keys.github, world.keys.registry, signing];
  expect(new Set(secrets).size).toBe(secrets.length);
  const gates = [{ name: 'seeker', run: 'python seek.py', timeout: '3m' }];
  await world.addProject('secretive', { files: { 'seek.py': seeker(secrets) }, change: { gates } });
  const service = await world.service();
  await service.begin('publish', 'build');
  const watch = watchArguments(secrets);

  // Errors are where secrets slip out: every server refuses once in its own way.
  for (const server of ['git', 'testIndex', 'index', 'github']) {
    world.journal.fault({ server, when: 'before', status: 503, body: 'no', times: 1 });
  }
  const run = await service.release('secretive');
  await run.signOff();
  expect(await run.result()).toMatchObject({ outcome: 'released' });

  const state = await run.state();
  const gate = state.steps.find(({ id }) => id === 'test.gate.seeker');
  expect(gate).toMatchObject({ status: 'done' });
  expect(gate?.evidence).toContainEqual({
    name: 'isolation',
    value: expect.stringMatching(/^(bubblewrap|namespaces), limits by /),
  });

  expect(watch.end()).toEqual([]);
  const history = await service.client.workflow.getHandle('release:secretive:1.1.0').fetchHistory();
  expect(secretsIn(JSON.stringify(history, bytesAsText), secrets)).toEqual([]);
  expect(secretsIn(JSON.stringify(state), secrets)).toEqual([]);
  for (const folder of [world.places.logs, world.places.service]) expect(filesWith(folder, secrets)).toEqual([]);
});

test('the build worker starts with no secret in its environment, and with no word on where they are', async () => {
  const service = await world.service();
  const [worker] = await service.begin('build');
  const environment = readFileSync(`/proc/${worker!.pid}/environ`, 'utf8');
  expect(secretsIn(environment, [world.keys.index, world.keys.github, world.places.credentials])).toEqual([]);
});

function secretsIn(text: string, secrets: readonly string[]): number[] {
  return secrets.flatMap((secret, at) =>
    text.includes(secret) || text.includes(Buffer.from(`x-access-token:${secret}`).toString('base64')) ? [at] : [],
  );
}

/** Payloads are bytes: as text they can be searched. */
function bytesAsText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
}

function filesWith(folder: string, secrets: readonly string[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size < 20_000_000 && secretsIn(readFileSync(path, 'latin1'), secrets).length > 0);
}

/** Looks at the arguments of every process of this machine while the release runs. */
function watchArguments(secrets: readonly string[]) {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (secretsIn(command, secrets).length > 0) seen.add(command.replaceAll('\0', ' '));
      } catch {
        // It has ended.
      }
    }
  }, SAMPLE_EVERY_MS);
  return {
    end(): string[] {
      clearInterval(timer);
      return [...seen];
    },
  };
}
