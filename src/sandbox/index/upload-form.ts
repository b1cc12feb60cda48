import { valid } from '@renovatebot/pep440';
import { normalizeVersion } from './names.ts';
import { Refusal } from './refusal.ts';

const PROJECT_NAME = /^([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])$/i;
const METADATA_VERSIONS = ['1.0', '1.1', '1.2', '2.1', '2.2', '2.3', '2.4', '2.5'];
const SPEC = 'See https://packaging.python.org/specifications/core-metadata for more information.';

export interface UploadForm {
  readonly name: string;
  readonly version: string;
  readonly filetype: 'sdist' | 'bdist_wheel';
  readonly pythonVersion: string;
  readonly comment: string;
  readonly expected: { readonly md5: string; readonly sha256: string; readonly blake2b_256: string };
  readonly info: Readonly<Record<string, unknown>>;
  readonly licenseFiles: readonly string[];
  readonly content: File;
}

/** The fields of an upload as clients send them, refused in the order in which the real index looks. */
export function parseUploadForm(form: FormData): UploadForm {
  const one = (key: string) => withoutUnknown(form.get(key));
  const all = (key: string) =>
    form
      .getAll(key)
      .map(withoutUnknown)
      .filter((value) => value !== '');

  if (['submit', 'doc_upload'].includes(one(':action'))) {
    throw new Refusal(410, 'Project pre-registration is no longer required or supported, upload your files instead.');
  }
  if ((one('protocol_version') || '1') !== '1') throw new Refusal(400, 'Unknown protocol version.');
  const name = one('name');
  if (!PROJECT_NAME.test(name)) {
    throw new Refusal(
      400,
      `'${name}' is an invalid value for Name. Error: Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'. ${SPEC}`,
    );
  }
  const filetype = one('filetype');
  if (filetype !== 'sdist' && filetype !== 'bdist_wheel') {
    throw new Refusal(400, 'Invalid value for filetype. Error: Use a known file type.');
  }
  const pythonVersion = one('pyversion') || (filetype === 'sdist' ? 'source' : '');
  if (!pythonVersion) {
    throw new Refusal(
      400,
      'Invalid value for pyversion. Error: Python version is required for binary distribution uploads.',
    );
  }
  if (filetype === 'sdist' && pythonVersion !== 'source') {
    throw new Refusal(400, "Invalid value for pyversion. Error: Use 'source' as Python version for an sdist.");
  }
  const expected = digests(one);
  const version = checkedVersion(one('version'));
  const info = releaseInfo(one, all);
  checkMetadata(one, all);

  const content = form.get('content');
  if (!(content instanceof File)) throw new Refusal(400, 'Upload payload does not have a file.');
  if (!content.type || content.type.startsWith('image/')) throw new Refusal(400, 'Invalid distribution file.');

  const licenseFiles = all('license_file');
  return { name, version, filetype, pythonVersion, comment: one('comment'), expected, info, licenseFiles, content };
}

/** Old build tools wrote UNKNOWN where they had nothing to say. */
function withoutUnknown(value: ReturnType<FormData['get']>): string {
  return typeof value === 'string' && value.trim() !== 'UNKNOWN' ? value : '';
}

function digests(one: (key: string) => string): UploadForm['expected'] {
  const expected = {
    md5: one('md5_digest').toLowerCase(),
    sha256: one('sha256_digest').toLowerCase(),
    blake2b_256: one('blake2_256_digest').toLowerCase(),
  };
  for (const [key, label] of [
    ['sha256', 'SHA256'],
    ['blake2b_256', 'BLAKE2'],
  ] as const) {
    if (expected[key] && !/^[a-f0-9]{64}$/.test(expected[key])) {
      const field = key === 'sha256' ? 'sha256_digest' : 'blake2_256_digest';
      throw new Refusal(400, `Invalid value for ${field}. Error: Use a valid, hex-encoded, ${label} message digest.`);
    }
  }
  if (!expected.md5 && !expected.sha256 && !expected.blake2b_256) {
    throw new Refusal(400, 'Error: Include at least one message digest.');
  }
  return expected;
}

function checkedVersion(given: string): string {
  const version = normalizeVersion(given);
  if (!valid(given) || version === null) throw new Refusal(400, `'${given}' is invalid for 'version'. ${SPEC}`);
  if (version.includes('+')) {
    throw new Refusal(
      400,
      `The use of local versions in '${version}' is not allowed. See https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers for more information.`,
    );
  }
  return version;
}

function checkMetadata(one: (key: string) => string, all: (key: string) => string[]): void {
  if (!METADATA_VERSIONS.includes(one('metadata_version'))) {
    throw new Refusal(400, `'${one('metadata_version')}' is not a valid metadata version. ${SPEC}`);
  }
  if (one('summary').includes('\n')) throw new Refusal(400, `'summary' must be a single line. ${SPEC}`);
  if (one('summary').length > 512) throw new Refusal(400, `'summary' field must be 512 characters or less. ${SPEC}`);
  if (one('license') && one('license_expression')) {
    throw new Refusal(
      400,
      `License is deprecated when License-Expression is present. Only License-Expression should be present. ${SPEC}`,
    );
  }
  const direct = all('requires_dist').find((requirement) => /^[^;]*@/.test(requirement));
  if (direct !== undefined) throw new Refusal(400, `Can't have direct dependency: ${direct}. ${SPEC}`);
}

/** `info` of the index's JSON, as far as the form tells it. */
function releaseInfo(one: (key: string) => string, all: (key: string) => string[]): Record<string, unknown> {
  const orNull = <T>(values: T[]) => (values.length > 0 ? values : null);
  const urls = all('project_urls').map((line) => line.split(/,\s*/, 2));
  return {
    summary: one('summary') || null,
    description: one('description'),
    description_content_type: one('description_content_type') || null,
    keywords: one('keywords') || null,
    license: one('license') || null,
    license_expression: one('license_expression') || null,
    license_files: orNull(all('license_file')),
    classifiers: all('classifiers'),
    author: one('author') || null,
    author_email: one('author_email') || null,
    maintainer: one('maintainer') || null,
    maintainer_email: one('maintainer_email') || null,
    requires_python: one('requires_python') || null,
    platform: one('platform') || null,
    project_urls: urls.length > 0 ? Object.fromEntries(urls) : null,
    requires_dist: orNull(all('requires_dist')),
    provides_extra: orNull(all('provides_extra')),
    home_page: one('home_page') || null,
    download_url: one('download_url') || null,
    dynamic: orNull(all('dynamic')),
  };
}
