import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createBuilder } from '../../src/clients/builder/builder.ts';
import { pythonTools } from '../support/python-tools.ts';
import { write } from './git-sample.ts';
import { processesWith, until } from './processes.ts';
import { writePythonSample } from './python-sample.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // installers, on a machine that may be busy

const SECRET = 'planted-secret-1234567890';

let root: string;
const folder = (...names: string[]) => join(root, ...names);
const store = () => createArtifactStore(folder('store'));
const builder = (options = {}) =>
  createBuilder({
    ...{ store: store(), tools: pythonTools, cache: folder('cache'), scratch: folder('scratch') },
    ...{ hidden: [folder('credentials')], ...options },
  });
const workers = new Map<string, ReturnType<typeof builder>>();
type Kind = 'bubblewrap' | 'namespaces' | 'none';
/** One worker's builder, which its commands share. */
const worker = (kind: Kind = 'namespaces') => {
  const there = workers.get(kind) ?? builder(kind === 'none' ? { isolation: 'none' } : { kinds: [kind] });
  workers.set(kind, there);
  return there;
};
const command = (run: string, more = {}) => ({
  name: 'gate',
  run,
  cwd: folder('cwd'),
  timeout: 60,
  network: false,
  ...more,
});
const logOf = async ({ log }: { log: { digest: `sha256:${string}` } }) => store().text(log.digest);
/** Answers with what another server of this machine says. */
const ASKING_SERVER = `
import http.server, sys, urllib.request
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            said = urllib.request.urlopen("http://127.0.0.1:%s/" % sys.argv[2], timeout=5).read()
        except OSError:
            said = b"nothing outside"
        self.send_response(200); self.end_headers(); self.wfile.write(said)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
`;
let marks = 0;
const mark = () => `${200_000 + process.pid}.${++marks}`;

const there = new Map<Kind, boolean>();

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'commands-'));
  mkdirSync(folder('cwd'));
  for (const kind of ['bubblewrap', 'namespaces'] as const) {
    there.set(kind, (await worker(kind).run(command('true'))).isolation === kind);
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each([['bubblewrap'], ['namespaces'], ['none']] as const)('a project command (isolation: %s)', (isolation) => {
  const run = (line: string, more = {}) => worker(isolation).run(command(line, more));

  test('command: runs as written by a shell in its folder; status, both streams and the last words come back', async () => {
    const result = await run(
      'for i in 1 2; do echo "line $i"; done | cat; echo made > report.txt; echo bad >&2; exit 3',
    );
    expect(result).toMatchObject({ exitCode: 3, timedOut: false, tail: 'line 1\nline 2\nbad\n' });
    expect(await logOf(result)).toBe('line 1\nline 2\nbad\n');
    expect(readFileSync(folder('cwd', 'report.txt'), 'utf8')).toBe('made\n');
  });

  test('command: has a home and a temporary folder of its own, which are empty and go with it', async () => {
    const result = await run(
      'ls -A "$HOME" "$TMPDIR"; touch "$HOME/a" "$TMPDIR/b"; echo "$HOME $CI $PYTHONDONTWRITEBYTECODE"',
    );
    const home = /(\S+) true 1\n$/.exec(result.tail)?.[1] ?? '';
    expect(home).toContain(folder('scratch'));
    expect(home).not.toBe(process.env.HOME);
    expect(existsSync(home)).toBe(false);
    expect(result.tail).not.toContain(' a\n');
  });

  test('command: at its limit the whole tree ends, and what it wrote until then is kept', async () => {
    const marker = mark();
    const result = await run(`echo begun; setsid sleep ${marker} & sleep ${marker}`, { timeout: 1.5 });
    expect(result).toMatchObject({ timedOut: true });
    expect(result.tail).toContain('begun\n');
    await until(
      () => processesWith(marker),
      (found) => found.length === 0,
    );
  });

  test('command: a long log is kept whole, its end is clamped', async () => {
    const result = await run('i=0; while [ $i -lt 2000 ]; do echo "line $i"; i=$((i+1)); done');
    expect(result.tail.length).toBeLessThanOrEqual(2000);
    expect(result.tail.endsWith('line 1999\n')).toBe(true);
    expect((await logOf(result)).startsWith('line 0\n')).toBe(true);
  });

  test('command: a gate sees its own copy where an editable install points, and its reports come back', async () => {
    const place = folder(`shared-${isolation}`);
    writePythonSample(place);
    const venv = folder(`venv-${isolation}`);
    await worker(isolation).environment(venv, { python: null, cwd: place, install: ['-e', '.'] });
    const copies = ['one', 'two'].map((name) => folder(`copy-${isolation}-${name}`));
    for (const copy of copies) cpSync(place, copy, { recursive: true });
    const line =
      'python -c "import sample_pkg; print(sample_pkg.__file__)" > report.txt; pwd >> report.txt; echo x > $NAME';
    await Promise.all(
      copies.map((cwd, index) => run(line, { cwd, mountAt: place, venv, env: { NAME: `only-${index}` } })),
    );
    for (const copy of copies) {
      expect(readFileSync(join(copy, 'report.txt'), 'utf8')).toBe(`${place}/src/sample_pkg/__init__.py\n${place}\n`);
    }
    expect(existsSync(join(place, 'report.txt'))).toBe(false);
    expect(existsSync(join(copies[0] as string, 'only-1'))).toBe(false);
  });

  test('command: a server is asked as soon as it answers, and ends with all it started', async () => {
    const marker = mark();
    let answer = '';
    const line = `sleep ${marker} & sleep 0.3; python3 -m http.server --bind 127.0.0.1 {port}`;
    const server = { ...command(line), url: 'http://127.0.0.1:{port}/hello.txt' };
    write(folder('cwd'), { 'hello.txt': 'hello' });
    const result = await worker(isolation).serve(server, async (url) => {
      answer = await (await fetch(url)).text();
      expect(await processesWith(marker)).not.toEqual([]);
    });
    expect(answer).toBe('hello');
    expect(await logOf(result)).toContain('GET /hello.txt');
    await until(
      () => processesWith(marker),
      (found) => found.length === 0,
    );
  });

  test('command: a server without the network is reached, and reaches nothing', async (context) => {
    if (isolation === 'none') context.skip('it sees the network then');
    const outside = createServer((_, answer) => answer.end('outside'));
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    const { port } = outside.address() as { port: number };
    writeFileSync(folder('cwd', 'server.py'), ASKING_SERVER);
    try {
      const answers: string[] = [];
      for (const network of [false, true]) {
        const server = { ...command(`python3 server.py {port} ${port}`, { network }), url: 'http://localhost:{port}/' };
        await worker(isolation).serve(server, async (url) => {
          const both = await Promise.all([fetch(url), fetch(url)]);
          answers.push(...(await Promise.all(both.map((one) => one.text()))));
        });
      }
      expect(answers).toEqual(['nothing outside', 'nothing outside', 'outside', 'outside']);
    } finally {
      outside.close();
    }
  });

  test('command: a server that ends or never answers is told with its log', async () => {
    const serve = (line: string, timeout: number) =>
      worker(isolation).serve({ ...command(line, { timeout }), url: 'http://127.0.0.1:{port}/' }, async () => {});
    await expect(serve('echo no port; exit 4', 60)).rejects.toMatchObject({
      code: 'command-failed',
      message: expect.stringContaining('status 4: no port'),
      facts: { log: expect.stringMatching(/^sha256:/) },
    });
    await expect(serve('sleep 60', 1)).rejects.toMatchObject({ code: 'command-timed-out' });
  });
});

describe.each([['bubblewrap'], ['namespaces']] as const)('isolation by %s', (kind) => {
  const worker = () => workers.get(kind)!;
  const isolated = (rule: string, check: () => Promise<void>) =>
    test(rule, async (context) => {
      if (!there.get(kind)) context.skip(`${kind} is not to be had here`);
      await check();
    });

  isolated('isolation: a gate that looks for a secret finds none, wherever it looks', async () => {
    process.env.PLANTED_TOKEN = SECRET;
    const home = folder('home');
    write(home, {
      '.pypirc': SECRET,
      '.netrc': SECRET,
      '.gitconfig': `[http]\n\textraHeader = ${SECRET}\n`,
      '.config/git/credentials': SECRET,
    });
    write(root, { 'credentials/PYPI_TOKEN': SECRET, 'state/db': SECRET, 'other-workspace/checkout/.env': SECRET });
    const before = process.env.HOME;
    process.env.HOME = home;
    try {
      const result = await worker().run(
        command(`env; git config --list --show-origin; cat /proc/*/environ /proc/*/cmdline
          cat /proc/${process.pid}/environ ${home}/.pypirc ${root}/credentials/* ${root}/other-workspace/checkout/.env
          grep -r planted-secret ${root} ${home} /tmp /var /root /home /etc /run /srv /mnt /dev/shm
          ls -la / ${root} ${fileURLToPath(new URL('../..', import.meta.url))}; cat /proc/1/root/etc/shadow /etc/shadow`),
      );
      const log = await logOf(result);
      expect(log).toContain('CI=true');
      expect(log.replaceAll('grep -r planted-secret', '')).not.toContain('planted-secret');
      expect(log).not.toContain('package.json');
      expect(log).not.toContain('root:$');
    } finally {
      process.env.HOME = before;
      delete process.env.PLANTED_TOKEN;
    }
  });

  isolated('isolation: a credentials folder stays hidden below a folder that a command may read', async () => {
    write(root, { 'credentials/PYPI_TOKEN': SECRET, 'readme.txt': 'readable\n' });
    const result = await worker().run(
      command(`cat ${root}/readme.txt; ls -A ${root}/credentials; cat ${root}/credentials/*`, { readable: [root] }),
    );
    expect(result.tail).toMatch(/^readable\ncat: /);
    expect(result.tail).not.toContain(SECRET);
  });

  isolated('isolation: the certificates that the environment names are there', async () => {
    write(root, { 'company.pem': 'certificate\n' });
    const env = { SSL_CERT_FILE: folder('company.pem') };
    expect((await worker().run(command('cat $SSL_CERT_FILE', { env }))).tail).toBe('certificate\n');
  });

  isolated('isolation: only its own folders can be written', async () => {
    rmSync(folder('venv-ro'), { recursive: true, force: true });
    writePythonSample(folder('shared-ro'));
    await worker().environment(folder('venv-ro'), { python: null, cwd: folder('shared-ro'), install: [] });
    const places = ['/usr', '/etc', folder('venv-ro'), pythonTools, folder('shared-ro')];
    const result = await worker().run(
      command(places.map((place) => `touch ${place}/written && echo "wrote ${place}"`).join('; '), {
        ...{ venv: folder('venv-ro'), readable: [folder('shared-ro')] },
      }),
    );
    expect(result.tail).not.toContain('wrote');
    for (const place of places) expect(existsSync(join(place, 'written')), place).toBe(false);
  });

  isolated('isolation: without the network nothing outside answers, but its own loopback does', async () => {
    const script = `
import socket
own = socket.create_server(("127.0.0.1", 0))
socket.create_connection(own.getsockname()).close()
print("own loopback")
try:
    socket.create_connection(("127.0.0.1", PORT), timeout=5)
    print("reached the machine")
except OSError:
    print("nothing outside")
`;
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    writeFileSync(folder('cwd', 'probe.py'), script.replace('PORT', String(port)));
    try {
      expect((await worker().run(command('python3 probe.py'))).tail).toBe('own loopback\nnothing outside\n');
      expect((await worker().run(command('python3 probe.py', { network: true }))).tail).toBe(
        'own loopback\nreached the machine\n',
      );
    } finally {
      server.close();
    }
  });

  isolated('isolation: it has no capability and can get none', async () => {
    const result = await worker().run(
      command('grep -E "Cap(Inh|Prm|Eff|Amb)|NoNewPrivs" /proc/self/status; mount -t tmpfs none /tmp && echo mounted'),
    );
    expect(result.tail).toMatch(/^(Cap...:\s+0{16}\n){4}NoNewPrivs:\s+1\n/);
    expect(result.tail).not.toContain('mounted');
  });

  isolated('isolation: its output can be opened again as a file, as scripts do', async () => {
    expect((await worker().run(command('echo out | tee /dev/stderr > /dev/stdout'))).tail).toBe('out\nout\n');
  });

  isolated('isolation: when the worker is killed outright, the gate and its daemons end with it', async () => {
    const marker = mark();
    const source = (name: string) =>
      JSON.stringify(fileURLToPath(new URL(`../../src/clients/${name}`, import.meta.url)));
    const doomed = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { createBuilder } from ${source('builder/builder.ts')};
       import { createArtifactStore } from ${source('artifact-store.ts')};
       const folder = ${JSON.stringify(root)};
       const builder = createBuilder({ store: createArtifactStore(folder + '/store'), cache: folder + '/cache', scratch: folder + '/scratch', kinds: ['${kind}'] });
       await builder.run({ name: 'gate', cwd: folder + '/cwd', timeout: 600, network: false,
         run: 'setsid sh -c "trap : TERM HUP; sleep ${marker} & wait" & sleep ${marker}' });`,
    ]);
    await until(
      () => processesWith(marker),
      (found) => found.length === 2,
    );
    doomed.kill('SIGKILL');
    await until(
      () => processesWith(marker),
      (found) => found.length === 0,
    );
  });
});

test('isolation: where namespaces are not wanted or not to be had, the result says so', async () => {
  expect((await builder({ isolation: 'none' }).run(command('true'))).isolation).toBe('none');
});

test('command: a cancelled activity ends its gate and throws its own cancellation', async () => {
  const marker = mark();
  const cancel = new AbortController();
  const running = builder({ cancellation: () => cancel.signal }).run(command(`sleep ${marker}`));
  await until(
    () => processesWith(marker),
    (found) => found.length === 1,
  );
  cancel.abort(new Error('cancelled by the run'));
  await expect(running).rejects.toThrow('cancelled by the run');
  expect(await processesWith(marker)).toEqual([]);
});
