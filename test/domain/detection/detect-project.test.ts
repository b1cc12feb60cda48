import { describe, expect, test } from 'vitest';
import { readProjectFile } from '../../../src/config/project-file.ts';
import { writeDetected } from '../../../src/config/write-detected.ts';
import { detectProject } from '../../../src/domain/detection/detect-project.ts';
import type { RepositoryFacts } from '../../../src/domain/detection/facts.ts';
import { treeWith } from '../tree-with.ts';

const PYPROJECT = '[project]\nname = "acme-tool"\nversion = "1.1.0"\n';
const DAY = 24 * 3600;

function facts(files: Readonly<Record<string, string>>, more: Partial<RepositoryFacts> = {}): RepositoryFacts {
  return {
    tree: treeWith({ 'pyproject.toml': PYPROJECT, ...files }),
    name: 'tool',
    remoteUrl: 'https://github.com/acme/tool.git',
    branches: [{ name: 'main', time: 1000 * DAY }],
    defaultBranch: 'main',
    currentBranch: 'main',
    tags: [{ name: 'v1.1.0', reachable: true }],
    ...more,
  };
}

/** What is detected must be a project file that is accepted. */
function detect(files: Readonly<Record<string, string>>, more: Partial<RepositoryFacts> = {}) {
  const detection = detectProject(facts(files, more));
  const project = readProjectFile(writeDetected(detection), { file: 'detected.yaml' });
  return { ...detection, project };
}

describe('the package', () => {
  test.each([
    ['[project]', { 'pyproject.toml': '[project]\nname = "Acme.Tool"\nversion = "1"\n' }, 'Acme.Tool'],
    ['poetry', { 'pyproject.toml': '[tool.poetry]\nname = "acme"\nversion = "1.0.0"\n' }, 'acme'],
    ['setup.cfg', { 'pyproject.toml': '', 'setup.cfg': '[metadata]\nname = acme-cfg\nversion = 1.0.0\n' }, 'acme-cfg'],
    [
      'setup.py',
      { 'pyproject.toml': '', 'setup.py': 'from setuptools import setup\nsetup(name="acme-py", version="1.0.0")\n' },
      'acme-py',
    ],
    ['the folder, where nothing says it', { 'pyproject.toml': '' }, 'tool'],
  ])('its name comes from %s', (_, files, name) => {
    expect(detect(files as unknown as Record<string, string>).project.package).toBe(name);
  });

  test.each([
    ['src layout', 'src/acme_tool/__init__.py', 'acme_tool'],
    ['flat layout', 'acme_tool/__init__.py', 'acme_tool'],
    ['one module', 'acme_tool.py', 'acme_tool'],
    ['a namespace', 'src/acme/tool/__init__.py', 'acme.tool'],
    ['another name', 'src/acmelib/__init__.py', 'acmelib'],
  ])('what it is imported as: %s', (_, path, module) => {
    expect(detect({ [path]: '', 'tests/__init__.py': '', 'docs/conf.py': '' }).file.smoke).toEqual([
      `python -c "import ${module}"`,
    ]);
  });

  test('of several the namesake of the repository, and a person is told of the others', () => {
    const { file, missing } = detect(
      {
        'pyproject.toml': '[project]\nname = "workspace"\nversion = "0"\nclassifiers = ["Private :: Do Not Upload"]\n',
        'libs/aaa/pyproject.toml': '[project]\nname = "aaa"\nversion = "1.0.0"\n',
        'libs/tool/pyproject.toml': '[project]\nname = "tool"\nversion = "2.0.0"\n',
        'libs/tool/CHANGELOG.md': '# Changelog\n\n## 2.0.0\n\n- x\n',
      },
      {
        tags: [
          { name: 'tool-v2.0.0', reachable: true },
          { name: 'aaa-v1.0.0', reachable: true },
        ],
      },
    );
    expect(file).toMatchObject({
      package: 'tool',
      version: { files: ['libs/tool/pyproject.toml'], tag: 'tool-v{version}' },
      changelog: 'libs/tool/CHANGELOG.md',
    });
    expect(missing.join()).toMatch(/1 more package\(s\) are here \(libs\/aaa\)/);
  });
});

test.each([
  ['git@github.com:acme/tool.git', 'https://github.com/acme/tool.git'],
  ['ssh://git@github.com/acme/tool', 'https://github.com/acme/tool.git'],
  ['https://kim:secret@github.com/acme/tool', 'https://github.com/acme/tool.git'],
  ['https://git.example/group/sub/tool.git', 'https://git.example/group/sub/tool.git'],
])('the repository: %s is %s', (remoteUrl, expected) => {
  expect(detect({}, { remoteUrl }).file.repository).toBe(expected);
});

test('the repository: without a remote the package’s own links tell, else a person must', () => {
  const linked = { 'pyproject.toml': `${PYPROJECT}[project.urls]\nHomepage = "https://github.com/acme/tool/"\n` };
  expect(detect(linked, { remoteUrl: '/srv/clone' }).file.repository).toBe('https://github.com/acme/tool.git');
  const none = detect({}, { remoteUrl: null });
  expect(none.file.repository).toBeNull();
  expect(none.missing.join()).toMatch(/repository's address/);
});

describe('branches', () => {
  const branches = (...entries: readonly (readonly [string, number])[]) =>
    entries.map(([name, time]) => ({ name, time: time * DAY }));

  test('a develop that is worked on', () => {
    const { file } = detect({}, { branches: branches(['main', 990], ['develop', 1000]), defaultBranch: 'develop' });
    expect(file.branches).toEqual({ main: 'main', develop: 'develop' });
  });

  test('a develop that was given up is none', () => {
    const { file } = detect({}, { branches: branches(['master', 1000], ['develop', 500]), defaultBranch: 'master' });
    expect(file.branches).toEqual({ main: 'master', develop: null });
  });

  test('no remote: the usual name among those that are here', () => {
    const { file } = detect(
      {},
      { branches: branches(['wip', 1], ['trunk', 1]), defaultBranch: null, currentBranch: 'wip' },
    );
    expect(file.branches.main).toBe('trunk');
  });
});

describe('tags', () => {
  test.each([
    [['v1.0.0', 'v1.1.0', 'v1', 'stable'], 'v{version}'],
    [['1.0.0', '1.1.0'], '{version}'],
    [['1.0.0', 'v1.1.0', 'v1.2.0'], 'v{version}'],
    [['v1.0.0', 'v1.1.0rc1'], 'v{pep440}'],
    [['v1.0.0', 'v1.1.0-rc.1'], 'v{version}'],
    [['release-1.0.0'], 'release-{version}'],
    [['other-1.0.0', 'acme-tool-v1.0.0', 'v3.0.0'], 'acme-tool-v{version}'],
    [[], 'v{version}'],
  ])('%j are written %s', (tags, form) => {
    const { file } = detect({}, { tags: tags.map((name) => ({ name, reachable: true })) });
    expect(file.version.tag).toBe(form);
  });
});

describe('the version', () => {
  test('every file that holds it; a lock file’s entry follows by itself', () => {
    const { file, found } = detect({
      'src/acme_tool/__init__.py': '__version__ = "1.1.0"\n',
      'uv.lock': 'version = 1\n\n[[package]]\nname = "acme-tool"\nversion = "1.1.0"\nsource = { editable = "." }\n',
    });
    expect(file.version.files).toEqual(['pyproject.toml', 'src/acme_tool/__init__.py']);
    expect(found.join('\n')).toMatch(/its own entry in uv\.lock/);
  });

  test('from the tag: no file', () => {
    const { project } = detect({
      'pyproject.toml':
        '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\n[project]\nname = "acme-tool"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "vcs"\n',
    });
    expect(project.version).toMatchObject({ files: [], dynamic: true });
  });

  test('files that disagree are told, and none is chosen', () => {
    const { file, missing } = detect({ 'src/acme_tool/__init__.py': '__version__ = "1.0.0"\n' });
    expect(file.version).not.toHaveProperty('files');
    expect(missing.join()).toMatch(/says 1\.1\.0; .* says 1\.0\.0/);
  });
});

describe('the changelog', () => {
  const page = '# Changes\n\n## 1.1.0\n\n- x\n';
  test.each([
    ['CHANGELOG.md'],
    ['CHANGES.rst', 'Changes\n=======\n\n1.1.0 (2026-01-01)\n------------------\n\n- x\n'],
    ['HISTORY.md'],
    ['NEWS'],
    ['docs/changelog.md'],
    ['docs/release-notes.md'],
    ['CHANGES'],
  ])('%s', (path, text = page) => {
    expect(detect({ [path]: text }).file.changelog).toBe(path);
  });

  test('the page itself, not one that takes it in', () => {
    const { file } = detect({
      'docs/changelog.rst': '.. include:: ../CHANGES.rst\n',
      'CHANGES.rst': '1.1.0\n-----\n\n- x\n',
      'docs/history.md': '# How it began\n\nLong ago.\n',
    });
    expect(file.changelog).toBe('CHANGES.rst');
  });

  test('towncrier and where it writes', () => {
    const { project } = detect({
      'pyproject.toml': `${PYPROJECT}[tool.towncrier]\nfilename = "NEWS.rst"\n`,
      'NEWS.rst': '',
    });
    expect(project).toMatchObject({ changelog: 'NEWS.rst', towncrier: true });
  });

  test('one that ends before the last tag is pointed out', () => {
    const { missing } = detect({ 'CHANGELOG.md': '## 0.9.0\n\n- x\n' });
    expect(missing).toContainEqual('CHANGELOG.md ends at 0.9.0, while 1.1.0 is tagged: is it still kept?');
  });

  test('none: said, and null', () => {
    const { file, missing } = detect({});
    expect(file.changelog).toBeNull();
    expect(missing).toContainEqual('a changelog: the notes of a release come from its commits');
  });
});

test('docs that name no version in Markdown are not looked through', () => {
  expect(detect({ 'docs/index.rst': '' }).file.version.docs).toEqual([]);
  expect(detect({ 'docs/guide/a.md': '' }).file.version.docs).toEqual(['docs/**/*.md']);
});

test('a site is published where it was before; Read the Docs’ is left to it', () => {
  const files = {
    'pyproject.toml': `${PYPROJECT}[project.optional-dependencies]\ntest = ["pytest", "mkdocs>=1"]\n`,
    'mkdocs.yml': 'site_name: x\nsite_dir: public\n',
  };
  const branches = ['main', 'gh-pages'].map((name) => ({ name, time: 0 }));
  expect(detect(files, { branches }).project.publish.docs).toMatchObject({
    build: 'mkdocs build --config-file mkdocs.yml',
    dir: 'public',
    branch: 'gh-pages',
  });
  const hosted = detect({ ...files, '.readthedocs.yaml': '' });
  expect(hosted.project.publish.docs).toBeNull();
  expect(hosted.found.join()).toMatch(/Read the Docs publishes it/);
});

test('an image is told of with its base, and left out', () => {
  const { project, found } = detect({
    Dockerfile: 'FROM python:3.11-slim AS build\nRUN pip wheel .\nFROM build\n',
    '.github/workflows/image.yml': 'tags: ghcr.io/acme/tool:latest\n',
  });
  expect(project.publish.image).toBeNull();
  expect(found.join()).toMatch(/whether its base python:3\.11-slim can be had is not known$/);
});

test('the file says beside each part where it was found, and first what to look at', () => {
  const yaml = writeDetected(detectProject(facts({})));
  expect(yaml).toMatch(/^# Written by "slipway detect".*\n\n# To look at:\n# - a changelog/);
  expect(yaml).toContain('# pyproject.toml\npackage: acme-tool\n');
  expect(yaml).toContain('branches: { main: main, develop: null }');
});
