import { fileStem, normalizeName, normalizeVersion, sameVersion } from './names.ts';
import { Refusal } from './refusal.ts';

const WHEEL = /^(?<name>[^-]+)-(?<version>[^-]+)(-\d[^-]*)?-[^-]+-[^-]+-(?<platforms>[^-]+)\.whl$/;
const PLATFORM =
  /^(any|win32|win_(amd64|arm64)|macosx_\d+_\d+_\w+|(many|musl)linux(1|2010|2014|_\d+_\d+)_\w+|linux_armv[67]l|(ios|android|pyodide|pyemscripten)_\w+)$/;

/** Whether a name could be a distribution's at all; looked at before anything else about the file. */
export function checkExtension(filename: string, filetype: 'sdist' | 'bdist_wheel'): void {
  if (/[^\x20-\x7e\x80-\uffff]/.test(filename)) {
    throw new Refusal(
      400,
      'Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127) in the name.',
    );
  }
  if (/[/\\]/.test(filename)) throw new Refusal(400, "Cannot upload a file with '/' or '\\' in the name.");

  const extension = /\.(tar\.gz|whl|zip)$/.exec(filename)?.[0];
  if (extension === undefined) {
    throw new Refusal(
      400,
      'Invalid file extension: Use .tar.gz, .whl or .zip extension. See https://www.python.org/dev/peps/pep-0527 and https://peps.python.org/pep-0715/ for more information',
    );
  }
  const known = filetype === 'sdist' ? ['.tar.gz', '.zip'] : ['.whl'];
  if (!known.includes(extension)) {
    throw new Refusal(
      400,
      `Invalid file extension: Extension ${extension} is invalid for filetype ${filetype}. See https://www.python.org/dev/peps/pep-0527 for more information.`,
    );
  }
}

/** PEP 625: one exact name for a version's sdist. */
export function checkSdistName(filename: string, project: string, version: string): void {
  const stem = fileStem(project);
  const given = /^(.+)-[^-]+\.(tar\.gz|zip)$/.exec(filename)?.[1];
  if (given === undefined) throw new Refusal(400, `Invalid source distribution filename: ${filename}`);
  if (normalizeName(given) !== normalizeName(project)) {
    throw new Refusal(400, `Start filename for '${project}' with '${stem}'.`);
  }
  const expected = `${stem}-${version}.tar.gz`;
  if (filename !== expected) throw new Refusal(400, `Filename '${filename}' is invalid, should be '${expected}'.`);
}

/** PEP 427, and the platforms that the index accepts. */
export function checkWheelName(filename: string, project: string, version: string): void {
  const { name, version: given, platforms } = WHEEL.exec(filename)?.groups ?? {};
  if (name === undefined || given === undefined || platforms === undefined || normalizeVersion(given) === null) {
    throw new Refusal(400, `Invalid wheel filename: '${filename}'`);
  }
  const foreign = platforms.split('.').find((platform) => !PLATFORM.test(platform));
  if (foreign !== undefined) {
    throw new Refusal(400, `Binary wheel '${filename}' has an unsupported platform tag '${foreign}'.`);
  }
  const stem = fileStem(project);
  if (normalizeName(name) !== normalizeName(project)) {
    throw new Refusal(400, `Start filename for '${project}' with '${stem}'.`);
  }
  if (name !== stem) {
    throw new Refusal(
      400,
      `Filename '${filename}' should contain the normalized project name '${stem}', not '${name}'.`,
    );
  }
  if (!sameVersion(given, version)) {
    throw new Refusal(400, `Version in filename should be '${version}' not '${normalizeVersion(given)}'.`);
  }
}
