import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProjectFile, readProjectFile } from '../../src/config/project-file.ts';
import { projectFileSchema } from '../../src/config/project-schema.ts';

const file = 'projects/sample.yaml';
const repository = 'repository: https://github.com/acme/sample.git';

function project(text: string) {
  return readProjectFile(text, { file });
}

function faults(text: string, around = {}) {
  const read = parseProjectFile(text, { file, ...around });
  return 'faults' in read ? read.faults : [];
}

/** The example of the documentation, word for word. */
const PYNOMALY = `project: pynomaly
repository: https://github.com/elgerytme/Pynomaly.git
package: pynomaly                     # name on the index
branches: { main: main, develop: develop }          # develop: null where there is none
version: { files: [pyproject.toml, src/pynomaly/__init__.py], docs: ["docs/**/*.md"], tag: "v{version}" }
changelog: CHANGELOG.md
environment: { python: "3.11", install: [".[test]"] }
gates:
  - { name: tests, run: "pytest tests/ --cov=src/pynomaly --cov-report=json", coverage: { report: coverage.json, overall: 85, paths: { src/pynomaly/domain: 95 } } }
  - { name: security, run: "bandit -r src/pynomaly -f json -o security-report.json", bandit: { report: security-report.json, failOn: high } }
  - { name: critical, run: "pytest tests/unit/critical tests/integration/critical", critical: true, timeout: 10m }
smoke: ["pynomaly --version", "pynomaly detector list"]     # in the clean install; servers: { run, url, expect }
checklist: { before: [ { text: "Web interface: key workflows", how: "…" }, { text: "Migration guide", when: breaking } ], after: [ … ] }
policy: strict                                      # or light (default): one sign-off by a releaser, who may be the starter
signOffs: { release: [tech-lead, qa, product-owner], hotfix: [tech-lead], rollback: [tech-lead] }
pullRequest: { approvals: 1 }                       # default: what the branch's own rules want
apiDocs: { run: "python scripts/docs/generate_api_docs.py", paths: [docs/api] }
publish:
  testIndex: { name: testpypi, credential: TESTPYPI_TOKEN }
  index: { name: pypi, credential: PYPI_TOKEN }
  github: { credential: GITHUB_TOKEN }
  image: { name: ghcr.io/elgerytme/pynomaly, credential: REGISTRY_TOKEN }
  docs: { build: "mkdocs build --config-file mkdocs.yml", dir: site, branch: gh-pages }
schedule: { prerelease: weekly, minor: 4-6 weeks, major: 6-12 months }
monitoring: { window: 24h, every: 10m, onBreach: ask, probes: [ … ] }
announce: [ … ]
`;

test('project file: the documented example is accepted as it stands', () => {
  const read = project(PYNOMALY);
  expect(read).toMatchObject({
    project: 'pynomaly',
    title: 'Pynomaly',
    branches: { main: 'main', develop: 'develop' },
    policy: 'strict',
    pullRequest: { approvals: 1 },
    apiDocs: { run: 'python scripts/docs/generate_api_docs.py', paths: ['docs/api'], timeout: 600 },
    signOffs: { alpha: [], stable: ['tech-lead', 'qa', 'product-owner'], hotfix: ['tech-lead'] },
    publish: { promote: 'at-once', mergeBack: true, github: { credential: 'GITHUB_TOKEN' } },
  });
  expect(read.gates.map((gate) => gate.name)).toEqual([
    ...['tests', 'security', 'critical'],
    ...['reviewed', 'checks', 'pythons', 'audit', 'licences'],
  ]);
  expect(read.gates.find((gate) => gate.name === 'critical')).toMatchObject({ critical: true, timeout: 600 });
  expect(read.checklist.before).toContainEqual({ item: 'migration-guide', text: 'Migration guide', when: 'breaking' });
  expect(read.checklist.after.at(-1)).toEqual({ item: 'item-1', text: '…', when: 'always' });
});

test('project file: everything but the repository has a default', () => {
  expect(project(repository)).toEqual({
    project: 'sample',
    repository: 'https://github.com/acme/sample.git',
    package: 'sample',
    title: 'sample',
    branches: { main: 'main', develop: null },
    version: { files: null, docs: ['docs/**/*.md'], tag: 'v{version}', dynamic: false },
    changelog: 'CHANGELOG.md',
    towncrier: false,
    environment: { python: null, install: ['.[test]'] },
    gates: [{ name: 'tests', run: 'python -m pytest', builtin: null, critical: true, timeout: 1800, network: false }],
    smoke: [],
    checklist: { before: [], after: [] },
    policy: 'light',
    signOffs: {
      alpha: [],
      beta: ['releaser'],
      rc: ['releaser'],
      stable: ['releaser'],
      hotfix: ['releaser'],
      rollback: ['releaser'],
    },
    pullRequest: { approvals: null },
    apiDocs: null,
    sbom: 'cyclonedx',
    publish: {
      testIndex: null,
      index: { name: 'pypi', credential: 'PYPI_TOKEN' },
      github: { credential: 'GITHUB_TOKEN' },
      image: null,
      docs: null,
      promote: 'at-once',
      mergeBack: false,
      mergeMethod: 'merge',
      revertOnAbort: true,
    },
    stages: {
      alpha: { gates: null, rehearsal: true, index: true, image: true, docs: false, checklist: false },
      beta: { gates: null, rehearsal: true, index: true, image: true, docs: false, checklist: false },
      rc: { gates: null, rehearsal: true, index: true, image: true, docs: false, checklist: true },
      stable: { gates: null, rehearsal: true, index: true, image: true, docs: true, checklist: true },
    },
    waits: expect.objectContaining({ quick: 300, heartbeat: 10 }),
    announce: [],
    reminders: { after: 86_400, every: 86_400, escalateAfter: 259_200, escalateTo: ['operator'], most: 10 },
    schedule: {},
    milestones: { title: 'v{version}', close: false, next: false, dueDays: null },
    labels: [],
    board: null,
    monitoring: null,
  });
});

test('project file: strict is three roles, four eyes, coverage 85 and 95, the full checklist and our own gates', () => {
  const read = project(`${repository}
policy: strict
environment: { python: "3.11" }
gates:
  - name: tests
    run: pytest --cov
    coverage: { report: coverage.json, paths: [src/sample/domain] }
`);
  expect(read.gates[0]?.coverage).toEqual({ report: 'coverage.json', overall: 85, paths: { 'src/sample/domain': 95 } });
  expect(read.gates.slice(1).map((gate) => gate.builtin)).toEqual([
    'reviewed',
    'checks',
    'pythons',
    'audit',
    'licences',
  ]);
  expect(read.gates.find((gate) => gate.builtin === 'pythons')?.pythons).toEqual(['3.11']);
  expect(read.signOffs.stable).toEqual(['tech-lead', 'qa', 'product-owner']);
  expect(read.checklist.before.map((entry) => entry.item)).toContain('rollback-plan');
  expect(read.checklist.after.map((entry) => entry.item)).toContain('roadmap');
  expect(read.publish.testIndex).toEqual({ name: 'testpypi', credential: 'TESTPYPI_TOKEN' });
});

test('project file: strict without any coverage is refused', () => {
  const [fault] = faults(
    `${repository}\npolicy: strict\nenvironment: { python: "3.11" }\ngates: [{ name: tests, run: pytest }]`,
  );
  expect(fault).toMatchObject({ path: 'gates', line: 4, message: 'measure no coverage, which policy strict asks for' });
});

test.each([
  ['300', 300],
  ['90s', 90],
  ['10m', 600],
  ['24h', 86_400],
  ['2d', 172_800],
])('project file: a timeout of %s is %i seconds', (written, seconds) => {
  expect(project(`${repository}\napiDocs: { run: make, paths: [docs], timeout: ${written} }`).apiDocs?.timeout).toBe(
    seconds,
  );
});

test('project file: all faults are told at once, each with its line and what to write', () => {
  const found = faults(`project: -sample
repository: http://user:secret@github.com/acme/sample.git
branchs: { main: main }
branches: { develop: ../x }
version:
  tag: release
gates:
  - { name: tests, run: pytest, timout: 5m }
  - { name: tests, run: mypy, timeout: soon }
environment: { python: 3.10 }
publish:
  promote: after-window
`);
  expect(found.map(({ line, path }) => `${line} ${path}`)).toEqual([
    '1 project',
    '2 repository',
    '3 branchs',
    '4 branches.develop',
    '6 version.tag',
    '8 gates[0].timout',
    '9 gates[1].timeout',
    '9 gates[1].name',
    '10 environment.python',
    '12 publish.promote',
  ]);
  expect(found.every(({ message, remedy }) => message !== '' && remedy !== '')).toBe(true);
  expect(found[2]?.remedy).toMatch(/^Did you mean branches\?/);
  expect(found[5]?.remedy).toMatch(/^Did you mean timeout\?/);
  expect(JSON.stringify(found)).not.toContain('secret');
});

test.each([
  ['a branch that git would read as an option', 'branches: { main: "--upload-pack=x" }', 'branches.main'],
  ['a path that leaves the repository', 'changelog: ../../etc/passwd', 'changelog'],
  ['an absolute path', 'version: { files: [/etc/passwd] }', 'version.files[0]'],
  ["a path into git's own folder", 'version: { files: [.git/config] }', 'version.files[0]'],
  ['a pattern that leaves the repository', 'version: { docs: ["../**/*.md"] }', 'version.docs[0]'],
  [
    'a report that leaves the repository',
    'gates: [{ name: a, run: b, junit: { report: ../x.xml } }]',
    'gates[0].junit.report',
  ],
  ['a control character', 'title: "a\\u0007b"', 'title'],
  ['a text that turns its direction', 'title: "a\\u202Eb"', 'title'],
  [
    'a secret instead of its name',
    'publish: { index: { name: pypi, credential: pypi-AgEIcHlwaS5vcmc } }',
    'publish.index.credential',
  ],
  ['a credential by path', 'publish: { index: { name: pypi, credential: ../token } }', 'publish.index.credential'],
  ['an index without addresses', 'publish: { index: { name: ours, credential: TOKEN } }', 'publish.index'],
  [
    'the index as its own test index',
    'publish: { testIndex: { name: pypi, credential: A } }',
    'publish.testIndex.name',
  ],
  ['an image without a registry', 'publish: { image: { name: acme/sample } }', 'publish.image.name'],
  ['an image with a tag', 'publish: { image: { name: "ghcr.io/acme/sample:1" } }', 'publish.image.name'],
  ['a token and an App at once', 'publish: { github: { credential: T, app: { id: 1, key: K } } }', 'publish.github'],
  ['an App without its key', 'publish: { github: { app: { id: 1 } } }', 'publish.github.app.key'],
  ['a bill that nobody writes', 'sbom: spdx', 'sbom'],
  ['reviews without GitHub', 'publish: { github: null }\npullRequest: { approvals: 1 }', 'pullRequest'],
  ['a role that nobody can hold', 'signOffs: { release: [boss] }', 'signOffs.release[0].role'],
  ['a gate without a command', 'gates: [{ name: tests }]', 'gates[0]'],
  ['a gate name that is no step', 'gates: [{ name: "unit tests", run: pytest }]', 'gates[0].name'],
  ['a builtin that is not ours', 'gates: [{ builtin: magic }]', 'gates[0].builtin'],
  ['a stage that asks for an unknown gate', 'stages: { alpha: { gates: [speed] } }', 'stages.alpha.gates[0]'],
  ['a compatibility gate without versions', 'gates: [{ builtin: pythons }]', 'gates[0]'],
  ['strict without Python versions', 'policy: strict', 'gates'],
  ['a merge-back without develop', 'publish: { mergeBack: true }', 'publish.mergeBack'],
  [
    'another index for pip',
    'environment: { install: ["--index-url https://evil.example/simple"] }',
    'environment.install[0]',
  ],
  ['two entries of one name', 'changelog: A.md\nchangelog: B.md', ''],
  ['an expectation without a server', 'smoke: [{ run: serve, expect: [/health] }]', 'smoke[0].expect'],
  [
    'coverage from a path that is absolute',
    'gates: [{ name: t, run: p, coverage: { report: c.json, paths: { /etc: 90 } } }]',
    'gates[0].coverage.paths./etc',
  ],
])('project file: %s is refused', (_what, text, path) => {
  expect(faults(`${repository}\n${text}\n`).map((fault) => fault.path)).toEqual([path]);
});

test.each([
  'git@github.com:acme/sample.git',
  'ssh://git@github.com/acme/sample.git',
  'http://github.com/acme/sample.git',
  'ext::sh -c touch',
  'file:///srv/sample.git',
  '/srv/sample.git',
  'https://user:secret@github.com/acme/sample.git',
  'https://github.com/acme/sample.git?x=1',
  'https://github.com/acme/$(id)',
  '-oProxyCommand=x',
])('project file: the repository %s is refused', (address) => {
  const found = faults(`repository: ${JSON.stringify(address)}\nproject: sample\npublish: { github: null }`);
  expect(found.map((fault) => fault.path)).toEqual(['repository']);
  expect(found[0]?.message).not.toContain('secret');
});

test('project file: a folder is a repository only where the service allows it, a server of this machine always', () => {
  const folder = 'repository: /srv/sample.git';
  expect(faults(folder)).toHaveLength(1);
  expect(faults(folder, { allowFileRepositories: true })).toEqual([]);
  expect(faults('repository: http://127.0.0.1:8080/acme/sample.git')).toEqual([]);
});

test('project file: addresses of an index may come from the service', () => {
  const text = `${repository}\npublish: { index: { name: ours, credential: TOKEN } }`;
  expect(faults(text, { indexes: ['ours'] })).toEqual([]);
});

test.each(['', '[]', 'text', '{ repository: ', 'a: *b', '%YAML 9\n---\n- x'])(
  'project file: %j is refused with a line',
  (text) => {
    expect(faults(text)[0]).toMatchObject({ file, line: expect.any(Number) });
  },
);

test('project file: references without end do not exhaust the service', () => {
  const level = (n: number) =>
    `a${n}: &a${n} [${Array(9)
      .fill(`*a${n - 1}`)
      .join(', ')}]`;
  const bomb = ['a0: &a0 [x]', ...Array.from({ length: 8 }, (_, index) => level(index + 1))].join('\n');
  expect(faults(bomb)[0]?.message).toMatch(/alias/i);
});

const page = readFileSync(new URL('../../docs/project-file.md', import.meta.url), 'utf8');

test("project file: the page's examples are taken", () => {
  const [whole = '', smoke = ''] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text);
  expect(project(whole).policy).toBe('strict');
  expect(project(`${repository}\n${smoke}`).smoke.map(({ kind }) => kind)).toEqual(['command', 'command', 'server']);
});

test('project file: the page names every key', () => {
  expect(keysOf(projectFileSchema).filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([]);
});

/** All keys at any depth. */
function keysOf(schema: unknown): string[] {
  const { shape, innerType, element, out, type, options } = (schema as { _zod: { def: Record<string, unknown> } })._zod
    .def;
  if (shape) return Object.entries(shape).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
  if (type === 'pipe') return keysOf(out);
  if (Array.isArray(options)) return options.flatMap(keysOf);
  const inner = innerType ?? element;
  return inner ? keysOf(inner) : [];
}

test('project file: an App is a number and the name of its key, and stands in the place of the token', () => {
  const written = project(
    `${repository}\npublish: { github: { app: { id: 7, installation: 9, key: APP_KEY } }, tags: { sign: { key: TAG_KEY } } }`,
  );
  expect(written.publish.github).toEqual({ credential: 'APP_KEY', app: { id: 7, installation: 9 } });
  expect(written.publish.tags).toEqual({ sign: { key: 'TAG_KEY' } });
});
