import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { create } from 'tar';

export interface Distribution {
  readonly file: string;
  readonly filename: string;
  readonly sha256: string;
}

interface Wanted {
  readonly name?: string;
  readonly version?: string;
  /** What the package holds: other text, other bytes. */
  readonly text?: string;
  readonly description?: string;
}

/** A wheel as a build backend would make it, without one. */
export function wheel(
  folder: string,
  { name = 'sample', version = '1.2.0', text = '', description = '' }: Wanted = {},
) {
  const info = `${name}-${version}.dist-info`;
  const members: Record<string, Uint8Array> = {
    [`${name}/__init__.py`]: strToU8(`__version__ = "${version}"\n# ${text}\n`),
    [`${info}/METADATA`]: strToU8(metadata(name, version, description)),
    [`${info}/WHEEL`]: strToU8('Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
  };
  const record = Object.entries(members).map(
    ([path, content]) =>
      `${path},sha256=${createHash('sha256').update(content).digest('base64url')},${content.length}\n`,
  );
  members[`${info}/RECORD`] = strToU8(`${record.join('')}${info}/RECORD,,\n`);
  return written(folder, `${name}-${version}-py3-none-any.whl`, zipSync(members, { mtime: '2026-01-01T00:00:00Z' }));
}

export async function sdist(folder: string, { name = 'sample', version = '1.2.0', text = '' }: Wanted = {}) {
  const stem = `${name}-${version}`;
  mkdirSync(join(folder, stem, name), { recursive: true });
  writeFileSync(join(folder, stem, 'PKG-INFO'), metadata(name, version, ''));
  writeFileSync(join(folder, stem, name, '__init__.py'), `__version__ = "${version}"\n# ${text}\n`);
  writeFileSync(join(folder, stem, 'pyproject.toml'), '[build-system]\nrequires = []\n');
  const stream = create({ cwd: folder, gzip: true, portable: true }, [stem]);
  return written(folder, `${stem}.tar.gz`, await stream.concat());
}

function metadata(name: string, version: string, description: string): string {
  const head = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nSummary: a sample\nKeywords: one,two\n`;
  return `${head}Project-URL: Source, https://example.org/sample\nClassifier: Programming Language :: Python :: 3\nClassifier: Topic :: Utilities\nRequires-Python: >=3.9\nDescription-Content-Type: text/markdown\n\n${description}`;
}

function written(folder: string, filename: string, content: Uint8Array): Distribution {
  const file = join(folder, filename);
  writeFileSync(file, content);
  return { file, filename, sha256: createHash('sha256').update(content).digest('hex') };
}
