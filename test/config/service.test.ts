import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDirectory } from '../../src/config/directory.ts';
import { VARIABLES } from '../../src/config/environment.ts';
import { readApiConfig, readBuildWorkerConfig, readPublishWorkerConfig } from '../../src/config/service.ts';
import { serviceFileSchema } from '../../src/config/service-file.ts';
import { newKeyPair } from '../../src/config/signatures.ts';
import { hashToken, newToken } from '../../src/config/tokens.ts';
import { Problem } from '../../src/domain/problem.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-config-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const token = newToken();
const SERVICE = `people:
  - { login: ada, name: Ada, roles: [releaser], projects: { sample: [qa] }, tokens: [{ sha256: ${hashToken(token)}, expires: "2026-06-30" }] }
unsignedSignals: accept
github: { webhookSecretFile: webhook }
indexes: { ours: { uploadUrl: https://index.example/upload, simpleUrl: https://index.example/simple } }
`;
const PROJECT = 'repository: https://github.com/acme/sample.git\npublish: { index: { name: ours, credential: T } }\n';

let count = 0;
function configFolder(files: Record<string, string>): string {
  const folder = join(root, String(count++));
  mkdirSync(join(folder, 'projects'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const good = () => configFolder({ 'slipway.yaml': SERVICE, 'projects/sample.yaml': PROJECT, webhook: 's3cret\n' });
const environment = () => ({
  SLIPWAY_CONFIG: good(),
  SLIPWAY_STATE: join(root, 'state'),
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
});

async function faultsOf(reading: Promise<unknown>): Promise<readonly string[]> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Problem);
  expect((error as Problem).code).toBe('configuration-invalid');
  return (error as Problem).facts.faults ?? [];
}

test("service: a bucket is every process's place for artifacts, with a key file of its own", async () => {
  const store =
    'store: { s3: { endpoint: "http://minio:9000", bucket: slipway, prefix: team/, credentials: keys/store } }\n';
  const folder = configFolder({
    'slipway.yaml': SERVICE + store,
    'projects/sample.yaml': PROJECT,
    webhook: 's3cret\n',
  });
  const env = { ...environment(), SLIPWAY_CONFIG: folder };
  const s3 = {
    ...{ endpoint: 'http://minio:9000', bucket: 'slipway', prefix: 'team/', region: 'us-east-1', addressing: 'path' },
    credentials: join(folder, 'keys/store'),
  };
  expect((await readApiConfig(env)).s3).toEqual(s3);
  expect((await readBuildWorkerConfig(env)).s3).toEqual(s3);
  expect((await readPublishWorkerConfig({ ...env, SLIPWAY_CREDENTIALS: root })).s3).toEqual(s3);
  expect((await readBuildWorkerConfig(environment())).s3).toBeUndefined();
});

test('service: a key in slipway.yaml, a bucket without its file and a prefix that is no folder are faults', async () => {
  const wrong =
    'store: { s3: { endpoint: "https://key:secret@s3.example", bucket: A_B, prefix: /x, accessKeyId: k } }\n';
  const folder = configFolder({
    'slipway.yaml': SERVICE + wrong,
    'projects/sample.yaml': PROJECT,
    webhook: 's3cret\n',
  });
  const faults = (await faultsOf(readBuildWorkerConfig({ ...environment(), SLIPWAY_CONFIG: folder }))).join('\n');
  for (const named of ['endpoint', 'bucket', 'prefix', 'accessKeyId', 'credentials']) expect(faults).toContain(named);
  expect(faults).not.toContain('secret@');
});

test('service: the API starts with a config folder, a state folder and the address of Temporal', async () => {
  const config = await readApiConfig(environment());
  expect(config).toMatchObject({
    temporal: { address: '127.0.0.1:7233', namespace: 'default' },
    artifacts: join(root, 'state/artifacts'),
    archive: join(root, 'state/archive'),
    host: '127.0.0.1',
    port: 8080,
  });
});

test('service: every fault of environment and files is told at once, and stops the start', async () => {
  const folder = configFolder({
    'slipway.yaml':
      'people: [{ login: "a b", roles: [king], tokens: [plain-text] }]\nunsignedSignals: accept\nindxes: {}\n',
    'projects/sample.yaml': PROJECT,
  });
  const faults = await faultsOf(readApiConfig({ SLIPWAY_CONFIG: folder, SLIPWAY_PORT: 'web', SLIPWAY_STAT: '/x' }));
  expect(faults.map((fault) => fault.split('. ')[0]?.replace(folder, ''))).toEqual([
    'environment: SLIPWAY_STAT is no variable of Slipway',
    'environment: SLIPWAY_STATE is missing',
    'environment: TEMPORAL_ADDRESS is missing',
    'environment: SLIPWAY_PORT is "web"',
    expect.stringContaining('/slipway.yaml:1: people[0].login is "a b"'),
    expect.stringContaining('/slipway.yaml:1: people[0].roles[0]'),
    expect.stringContaining('/slipway.yaml:1: people[0].tokens[0].sha256'),
    expect.stringContaining('/slipway.yaml:3: indxes is not a key that is known here'),
  ]);
});

test('service: a fault in any project file stops the start', async () => {
  const folder = configFolder({
    'slipway.yaml': SERVICE,
    'projects/sample.yaml': 'repository: /srv/x.git\npolicy: loose\n',
  });
  const faults = await faultsOf(readApiConfig({ ...environment(), SLIPWAY_CONFIG: folder }));
  expect(faults).toEqual([
    expect.stringMatching(/sample\.yaml:1: repository is a folder of this machine/),
    expect.stringMatching(/sample\.yaml:2: policy has a value that is not known\. Write one of: strict, light/),
  ]);
});

test('service: an account on GitHub is one person’s, however it is written', async () => {
  const people =
    'people:\n  - { login: ada, github: Ada-Codes }\n  - { login: eva, github: ada-codes }\n  - { login: ida, github: "@ida" }\n';
  const folder = configFolder({ 'slipway.yaml': `unsignedSignals: accept\n${people}` });
  const faults = async () => faultsOf(readApiConfig({ ...environment(), SLIPWAY_CONFIG: folder }));
  expect(await faults()).toEqual([expect.stringMatching(/:5: people\[2\]\.github is "@ida"/)]);
  writeFileSync(join(folder, 'slipway.yaml'), `unsignedSignals: accept\n${people.replace('"@ida"', 'ida')}`);
  expect(await faults()).toEqual([expect.stringMatching(/:4: people\[1\]\.github is there twice/)]);
});

test('service: whose account on GitHub it is, with the roles that they hold in the project', async () => {
  const ada = '{ login: ada, github: Ada-Codes, roles: [releaser], projects: { sample: [qa] } }';
  const folder = configFolder({ 'slipway.yaml': `unsignedSignals: accept\npeople: [${ada}, { login: eva }]\n` });
  const directory = openDirectory(folder);
  expect(await directory.personOfGitHub('ada-codes', 'sample')).toMatchObject({
    login: 'ada',
    roles: ['releaser', 'qa'],
  });
  expect(await directory.personOfGitHub('ADA-CODES', 'other')).toMatchObject({ roles: ['releaser'] });
  for (const account of ['ada', 'eva', '']) expect(await directory.personOfGitHub(account, 'sample')).toBeUndefined();
});

test.each(['', 'unsignedSignals: refuse\n'])(
  'service: unsigned signals are taken only where that is written down (%j)',
  async (line) => {
    const folder = configFolder({ 'slipway.yaml': `people: []\n${line}` });
    const faults = await faultsOf(
      readPublishWorkerConfig({ ...environment(), SLIPWAY_CONFIG: folder, SLIPWAY_CREDENTIALS: '/c' }),
    );
    expect(faults).toEqual([
      expect.stringMatching(/signatures\.keys is missing\. Make a key pair .*unsignedSignals: accept/),
    ]);
  },
);

describe('service: keys', () => {
  const [mine, other] = [newKeyPair(), newKeyPair()];
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
  const folderWith = (signatures: object) => {
    const files = { 'mine.key': mine.privateKey, 'mine.pem': mine.publicKey, 'rsa.pem': rsa.toString() };
    return configFolder({ ...files, 'slipway.yaml': `people: []\nsignatures: ${JSON.stringify(signatures)}\n` });
  };
  const api = (folder: string) => readApiConfig({ ...environment(), SLIPWAY_CONFIG: folder });

  test('the API signs with its own, and workers know the public ones alone', async () => {
    const keys = { old: { publicKey: other.publicKey, until: '2026-06-30' }, new: 'mine.pem' };
    const folder = folderWith({ key: 'mine.key', keys });
    expect(await (await api(folder)).directory.signingKey()).toMatchObject({ kid: 'new' });
    rmSync(join(folder, 'mine.key'));
    const worker = await readPublishWorkerConfig({
      ...environment(),
      SLIPWAY_CONFIG: folder,
      SLIPWAY_CREDENTIALS: '/c',
    });
    expect(await worker.directory.signatures()).toEqual({
      unsignedSignals: 'refuse',
      keys: {
        old: { publicKey: expect.stringMatching(/^[0-9a-f]{64}$/), until: '2026-06-30' },
        new: { publicKey: expect.any(String) },
      },
    });
  });

  test('a changed key counts without a restart', async () => {
    const folder = folderWith({ key: 'mine.key', keys: { a: mine.publicKey } });
    const { directory } = await api(folder);
    writeFileSync(join(folder, 'mine.key'), other.privateKey);
    await expect(directory.signingKey()).rejects.toMatchObject({ code: 'configuration-invalid' });
    const signatures = { key: 'mine.key', keys: { a: mine.publicKey, b: other.publicKey } };
    writeFileSync(join(folder, 'slipway.yaml'), `signatures: ${JSON.stringify(signatures)}\n`);
    expect(await directory.signingKey()).toMatchObject({ kid: 'b' });
  });

  test.each<[string, object, RegExp]>([
    [
      'there is no private one',
      { keys: { a: mine.publicKey } },
      /signatures\.key is missing, and the API signs with it/,
    ],
    [
      'the private one cannot be read',
      { key: 'gone', keys: { a: 'mine.pem' } },
      /signatures\.key cannot be read: .*gone \(ENOENT\)/,
    ],
    [
      'the private one is none',
      { key: 'mine.pem', keys: { a: 'mine.pem' } },
      /signatures\.key holds no Ed25519 private key/,
    ],
    [
      'its public one is not listed',
      { key: 'mine.key', keys: { b: other.publicKey } },
      /signatures\.key is a key whose public key is not listed/,
    ],
    [
      'its day is over',
      { key: 'mine.key', keys: { a: { publicKey: 'mine.pem', until: '2020-01-01' } } },
      /is the key a, which counts until 2020-01-01/,
    ],
    [
      'a public one cannot be read',
      { keys: { a: 'gone.pem' } },
      /signatures\.keys\.a cannot be read: .*gone\.pem \(ENOENT\)/,
    ],
    ['a public one is of another kind', { keys: { a: 'rsa.pem' } }, /signatures\.keys\.a is no Ed25519 public key/],
    [
      'a private one is in the file',
      { keys: { a: mine.privateKey } },
      /signatures\.keys\.a\.publicKey is a private key/,
    ],
    ['a private one is named as public', { keys: { a: 'mine.key' } }, /signatures\.keys\.a is a private key/],
    ['a day is none', { keys: { a: { publicKey: 'mine.pem', until: 'soon' } } }, /until is not a day/],
  ])('the API does not start where %s', async (_, signatures, fault) => {
    const faults = await faultsOf(api(folderWith(signatures)));
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults.join()).not.toContain(mine.privateKey.split('\n')[1]);
  });
});

test.each([
  ['OTEL_EXPORTER_OTLP_HEADERS', 'x-honeycomb-team=abc'],
  ['PYPI_TOKEN', 'x'],
  ['SLIPWAY_CREDENTIALS', '/run/credentials'],
  ['AWS_SECRET_ACCESS_KEY', 'x'],
  ['npm_config__auth', 'x'],
  ['HARMLESS', 'ghp_0123456789'],
  ['DATABASE_URL', 'postgres://user:pass@host/db'],
])('service: a build worker does not start with %s in its environment', async (name, value) => {
  const faults = await faultsOf(readBuildWorkerConfig({ ...environment(), [name]: value }));
  expect(faults).toEqual([expect.stringContaining(`${name} looks like a secret`)]);
  expect(faults.join()).not.toContain(value === 'x' ? '= x' : value);
});

test('service: what a build worker knows holds no place of a secret', async () => {
  const config = await readBuildWorkerConfig({ ...environment(), SLIPWAY_GATES: '3' });
  expect(config.concurrentGates).toBe(3);
  expect(Object.keys(config.indexes)).toEqual(['ours']);
  expect(JSON.stringify(config)).not.toMatch(/webhook|credential/i);
});

test('service: a publish worker does not start without its credentials folder', async () => {
  expect(await faultsOf(readPublishWorkerConfig(environment()))).toEqual([
    expect.stringContaining('SLIPWAY_CREDENTIALS is missing'),
  ]);
  const config = await readPublishWorkerConfig({ ...environment(), SLIPWAY_CREDENTIALS: '/c', SLIPWAY_STICKY: '1s' });
  expect(config).toMatchObject({ credentials: '/c', stickySeconds: 1 });
});

test('service: a worker shows numbers and health only where it is told a port, and on loopback unless told otherwise', async () => {
  const worker = (env: object) => readPublishWorkerConfig({ ...environment(), SLIPWAY_CREDENTIALS: '/c', ...env });
  expect((await worker({})).metrics).toBeUndefined();
  expect((await worker({ SLIPWAY_METRICS_PORT: '9464' })).metrics).toEqual({ host: '127.0.0.1', port: 9464 });
  const open = { SLIPWAY_METRICS_PORT: '0', SLIPWAY_METRICS_HOST: '10.0.0.7' };
  expect((await worker(open)).metrics).toEqual({ host: '10.0.0.7', port: 0 });
  expect(await faultsOf(worker({ SLIPWAY_METRICS_PORT: 'open', SLIPWAY_LEAST_FREE: '-1' }))).toHaveLength(2);
});

test('service: a publish worker keeps two hundred runs in memory, or as many as it is told', async () => {
  const worker = (env: object) => readPublishWorkerConfig({ ...environment(), SLIPWAY_CREDENTIALS: '/c', ...env });
  expect((await worker({})).cachedRuns).toBe(200);
  expect((await worker({ SLIPWAY_CACHED_RUNS: '1000' })).cachedRuns).toBe(1000);
  expect(await faultsOf(worker({ SLIPWAY_CACHED_RUNS: 'all' }))).toHaveLength(1);
});

test('service: a token counts until the end of its last day', async () => {
  const directory = openDirectory(good());
  expect(await directory.personOfToken(token, new Date('2026-06-30T23:59:00Z'))).toMatchObject({
    login: 'ada',
    roles: ['releaser'],
  });
  expect(await directory.personOfToken(token, new Date('2026-07-01T00:00:00Z'))).toBeUndefined();
  expect(await directory.personOfToken(newToken(), new Date('2026-06-01'))).toBeUndefined();
});

test('service: a role may hold in one project only', async () => {
  const directory = openDirectory(good());
  expect((await directory.person('ada', 'sample'))?.roles).toEqual(['releaser', 'qa']);
  expect((await directory.person('ada', 'other'))?.roles).toEqual(['releaser']);
});

test('service: an edit of people and projects counts without a restart', async () => {
  const folder = good();
  const directory = openDirectory(folder);
  expect((await directory.project('sample')).policy).toBe('light');
  writeFileSync(join(folder, 'projects/sample.yaml'), `${PROJECT}signOffs: { release: [qa] }\n`);
  writeFileSync(join(folder, 'slipway.yaml'), SERVICE.replace('login: ada', 'login: grace'));
  expect((await directory.project('sample')).signOffs.stable).toEqual(['qa']);
  expect((await directory.people()).map((person) => person.login)).toEqual(['grace']);
  expect(await directory.webhookSecret()).toBe('s3cret');
});

test.each(['../sample', 'SAMPLE', '-x', 'sample.yaml/..', 'nobody', ''])(
  'service: there is no project %j',
  async (name) => {
    await expect(openDirectory(good()).project(name)).rejects.toMatchObject({ code: 'project-unknown' });
  },
);

test('service: tokens hold at least 128 bits of chance and are kept as hashes', () => {
  expect(newToken()).toMatch(/^slipway_[\w-]{32}$/);
  expect(newToken()).not.toBe(newToken());
  expect(hashToken('slipway_x')).toMatch(/^[0-9a-f]{64}$/);
});

test('service: the page names every variable and every key of slipway.yaml', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const names = [...VARIABLES, ...Object.keys(serviceFileSchema.shape)];
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
});
