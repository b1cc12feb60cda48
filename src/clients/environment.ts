import { homedir, tmpdir } from 'node:os';

/** The complete environment of a child. */
export type Environment = Readonly<Record<string, string>>;

/** Variables that name a file or a folder of certificates. */
export const CERTIFICATES = [
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
];

const KEPT = new Set([
  ...['PATH', 'LANG', 'LANGUAGE'],
  // Transport, without which nothing is reached in many companies.
  ...CERTIFICATES,
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
]);

/** What every child may know of our own environment: an allow-list, so that neither secrets nor pip's, git's or Python's settings come along. */
export function baseEnvironment(
  from: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const kept = Object.entries(from).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && (KEPT.has(entry[0]) || entry[0].startsWith('LC_')),
  );
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...Object.fromEntries(kept),
    HOME: from.HOME ?? homedir(),
    TMPDIR: from.TMPDIR ?? tmpdir(),
    TZ: 'UTC',
  };
}
