import { describe, expect, test } from 'vitest';
import { exactBytes, exactText } from '../../../src/domain/version-homes/exact-text.ts';
import { afterRelease, PYPROJECT, released } from './tree-of.ts';

describe('only the version changes', () => {
  const pyproject = [
    '# version = "1.1.0"',
    "# don't [edit] {this",
    '[build-system]',
    'requires = ["hatchling>=1.1.0"]',
    '',
    '[project]',
    'name = \'acme-tool\'  # version = "1.1.0"',
    'description = """',
    'version = "1.1.0"',
    '[project]',
    '"""',
    "version   =   '1.1.0'   # keep me",
    'requires-python = ">=3.9"',
    'dependencies = ["other==1.1.0", "more[version]>=1.1.0"]',
    'optional-dependencies.test = [',
    '  "pytest==1.1.0", # version = "1.1.0"',
    ']',
    '',
    '[tool.ruff]',
    'target-version = "1.1.0"',
    '[tool.mypy]',
    'python_version = "1.1.0"',
    'minversion = "1.1.0"',
    '[tool.other]',
    'version = "1.1.0"',
    '[[tool.plugin]]',
    'version = "1.1.0"',
    '[tool."project"]',
    'version = "1.1.0"',
    '',
  ];
  const expected = (lines: readonly string[]) =>
    lines.map((line) => (line.startsWith('version   =') ? line.replace('1.1.0', '1.2.0') : line));

  test.each([
    ['LF', '\n', ''],
    ['CRLF', '\r\n', ''],
    ['LF with a byte order mark', '\n', '\uFEFF'],
  ])('in pyproject.toml with %s: comments, quotes, blanks and every look-alike stay', (_, end, mark) => {
    const files = { 'pyproject.toml': mark + pyproject.join(end) };
    expect(afterRelease(files, '1.2.0')['pyproject.toml']).toBe(mark + expected(pyproject).join(end));
  });

  test('in a Python module: docstrings, comments, functions and other names stay', () => {
    const module = [
      '"""Acme.',
      '',
      '__version__ = "1.1.0"',
      '"""',
      '# __version__ = "1.1.0"',
      'MIN_VERSION = "1.1.0"',
      'python_version = "1.1.0"',
      "text = '''",
      "__version__ = '1.1.0'",
      "'''",
      '__version__: str = "1.1.0"  # since 1.1.0',
      'def version():',
      '    __version__ = "1.1.0"',
      '    return f"{__version__} 1.1.0"',
      'other = dict(',
      '__version__ = "1.1.0"',
      ')',
    ].join('\r\n');
    const files = { 'pyproject.toml': PYPROJECT, 'acme_tool/__init__.py': module };
    const after = module.replace('__version__: str = "1.1.0"', '__version__: str = "1.2.0"');
    expect(released(files, '1.2.0')['acme_tool/__init__.py']).toBe(after);
  });

  test('in setup.py: a comment, a requirement and an argument of another call stay', () => {
    const setup =
      '# setup(version="1.1.0")\nother(version="1.1.0")\nsetup(name="acme", install_requires=["x"], cmdclass=dict(a=b(version="1.1.0")), version = "1.1.0", python_requires="1.1.0")\n';
    const after = setup.replace('version = "1.1.0", python', 'version = "1.2.0", python');
    expect(released({ 'setup.py': setup }, '1.2.0')['setup.py']).toBe(after);
  });

  test('in setup.cfg: other sections, continuation lines and comments stay', () => {
    const cfg =
      '[metadata]\nname = acme\n# version = 1.1.0\ndescription =\n    version = 1.1.0\nversion: 1.1.0\n\n[tool]\nversion = 1.1.0\n[options]\ninstall_requires =\n    x==1.1.0\n[metadata]\nlong_description =\n    version = 1.1.0\n';
    expect(released({ 'setup.cfg': cfg }, '1.2.0')['setup.cfg']).toBe(cfg.replace('version: 1.1.0', 'version: 1.2.0'));
  });

  test('a package.json and a Chart of the same version are no homes', () => {
    const files = {
      'pyproject.toml': PYPROJECT,
      'package.json': '{"version": "1.1.0"}',
      'Chart.yaml': 'version: 1.1.0\n',
      'frontend/package.json': '{"version": "1.1.0"}',
    };
    expect(Object.keys(released(files, '1.2.0'))).toEqual(['pyproject.toml']);
  });

  test('a package.json that the build reads is one, at its top level alone', () => {
    const files = {
      'pyproject.toml': '[project]\nname = "acme"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "nodejs"\n',
      'package.json':
        '{\n  "engines": { "version": "1.1.0" },\n  "version": "1.1.0",\n  "x": ["version", "1.1.0"]\n}\n',
    };
    const after = files['package.json'].replace('  "version": "1.1.0"', '  "version": "1.2.0-alpha.1"');
    expect(released(files, '1.2.0-alpha.1')['package.json']).toBe(after);
  });
});

test('whatever stands around the version stays, in every mix of forms', () => {
  const quotes = ['"', "'"];
  const ends = ['\n', '\r\n', ''];
  const spaces = ['', ' ', '   '];
  const tails = ['', '  # why', '\t# version = "1.1.0"'];
  for (const quote of quotes)
    for (const end of ends)
      for (const space of spaces)
        for (const tail of tails) {
          const line = (version: string) => `version${space}=${space}${quote}${version}${quote}${tail}${end}`;
          const head = `[project]${end || '\n'}name = "acme"${end || '\n'}`;
          const module = (version: string) =>
            `# é ü 漢${end || '\n'}__version__${space}=${space}${quote}${version}${quote}${tail}${end}`;
          const files = { 'pyproject.toml': head + line('1.1.0'), 'acme/__init__.py': module('1.1.0') };
          expect(released(files, '1.2.0-rc.1')).toEqual({
            'pyproject.toml': head + line('1.2.0rc1'),
            'acme/__init__.py': module('1.2.0rc1'),
          });
        }
});

test('bytes come back as they were: byte order mark, UTF-8, and what is not UTF-8', () => {
  const samples = [
    [0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a],
    [...new TextEncoder().encode('ü 漢 😀\n')],
    [0x23, 0x20, 0xe9, 0xff, 0x00, 0x0a],
  ];
  for (const sample of samples) {
    const bytes = Uint8Array.from(sample);
    expect(exactBytes(exactText(bytes), bytes)).toEqual(bytes);
  }
});

test('a module in Latin-1 keeps its bytes', () => {
  const bytes = Uint8Array.from(
    [...'# caf']
      .map((char) => char.charCodeAt(0))
      .concat(0xe9, 0x0a, ...[...'__version__ = "1.1.0"\n'].map((char) => char.charCodeAt(0))),
  );
  const after = released({ 'pyproject.toml': PYPROJECT, 'acme_tool/__init__.py': exactText(bytes) }, '1.2.0')[
    'acme_tool/__init__.py'
  ]!;
  const written = exactBytes(after, bytes);
  expect([...written].map((byte, index) => (byte === bytes[index] ? 0 : 1)).filter(Boolean)).toHaveLength(1);
});
