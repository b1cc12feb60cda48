import { expect, test } from 'vitest';
import { readProjectFile } from '../../src/config/project-file.ts';
import { inSandbox, type ProjectDocument } from '../../src/sandbox/project-file.ts';
import { sampleProject } from '../../src/sandbox/sample-project.ts';

const around = {
  repository: 'http://127.0.0.1:3000/acme/thing.git',
  githubApi: 'http://127.0.0.1:3000/api/v3',
  osvUrl: 'http://127.0.0.1:3001/v1/query',
  registry: '127.0.0.1:5000',
};
const given: ProjectDocument = { repository: 'https://github.com/acme/thing.git' };
const asRead = (document: ProjectDocument, leftOut = {}) =>
  readProjectFile(JSON.stringify(inSandbox(document, around, leftOut).file), {
    file: 'thing.yaml',
    indexes: ['internal'],
  });

test('every way out of the project leads to the sandbox', () => {
  const { repository, publish } = asRead({
    ...given,
    publish: {
      index: { name: 'internal', credential: 'OUR_TOKEN', uploadUrl: 'https://index.example.org/upload/' } as never,
      testIndex: { name: 'testpypi', credential: 'TRY_TOKEN' },
      github: { credential: 'HUB' },
      image: { name: 'ghcr.io/acme/thing' },
    },
  });
  expect(repository).toBe(around.repository);
  expect(publish.github).toEqual({ credential: 'HUB', apiUrl: around.githubApi });
  expect(publish.image?.name).toBe('127.0.0.1:5000/acme/thing');
  expect(JSON.stringify(publish)).not.toMatch(/example\.org|ghcr\.io/);
});

test('a rehearsal tells nobody outside, and says so', () => {
  const document: ProjectDocument = {
    ...given,
    publish: { github: { credential: 'HUB' } },
    board: { project: 5, value: 'Released' },
    announce: [
      { kind: 'slack', credential: 'SLACK' },
      { kind: 'webhook', name: 'ours', url: 'https://hooks.example.org/x', secret: 'S' },
      { kind: 'webhook', name: 'here', url: 'http://127.0.0.1:9000/x', secret: 'S' },
      { kind: 'email', host: 'smtp.example.org', from: 'a@example.org', to: 'b@example.org' },
      'github-issue',
    ],
  };
  const { announce, board } = asRead(document);
  expect(announce.map(({ name }) => name)).toEqual(['here', 'github-issue']);
  expect(board).toBeNull();
  expect(inSandbox(document, around, {}).notes).toEqual([
    ...['slack', 'ours', 'email'].map((name) => `nothing is announced by ${name}: a rehearsal tells nobody outside`),
    'the project board is left out: the sandbox has none of its own',
  ]);
});

test('what the file asks for stays as it is: policy, roles, credentials by their names', () => {
  const project = inSandbox(
    { ...given, policy: 'strict', publish: { index: { name: 'internal', credential: 'OUR_TOKEN' } } },
    around,
    {},
  );
  expect(project.credentials).toEqual({ index: 'OUR_TOKEN', testIndex: 'TESTPYPI_TOKEN', github: 'GITHUB_TOKEN' });
  expect(project.indexes).toEqual({ testpypi: 'testIndex', internal: 'index' });
  expect(project.file.policy).toBe('strict');
});

test('a light project is not rehearsed on a test index unless it says so', () => {
  expect(asRead(given).publish.testIndex).toBeNull();
});

test('a project that wants no GitHub gets none', () => {
  expect(asRead({ ...given, publish: { github: null } }).publish.github).toBeNull();
});

test('an image that cannot be built or pushed here is left out, and it is said why', () => {
  const image = { name: 'ghcr.io/acme/thing' };
  const { file, notes } = inSandbox(
    { ...given, publish: { image } },
    { ...around, registry: { why: 'docker is not installed' } },
    {},
  );
  expect(file.publish?.image).toBeNull();
  expect(notes).toEqual(['the container image is left out: docker is not installed']);
});

test('gates that nothing here could answer are left out in every stage, all others stay', () => {
  const strict = sampleProject({ python: '3.11', baseImage: undefined });
  const { stages, gates } = asRead(strict, { checks: 'no CI runs in the sandbox' });
  const others = gates.map(({ name }) => name).filter((name) => name !== 'checks');
  expect(others).toEqual(expect.arrayContaining(['tests', 'reviewed', 'audit', 'licences', 'pythons']));
  for (const { gates: chosen } of Object.values(stages)) expect(chosen?.toSorted()).toEqual(others.toSorted());
});

test("a gate of the project's own that only has the name of a builtin stays", () => {
  const own = { ...given, gates: [{ name: 'checks', run: 'make checks' }] };
  expect(inSandbox(own, around, { checks: 'no CI' }).notes).toEqual([]);
});

test("advisories come from the sandbox's own database", () => {
  const strict = sampleProject({ python: '3.11', baseImage: undefined });
  expect(asRead(strict).gates.find(({ builtin }) => builtin === 'audit')?.audit?.osvUrl).toBe(around.osvUrl);
});
