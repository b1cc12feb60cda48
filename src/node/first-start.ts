import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isMap, parseDocument, stringify } from 'yaml';
import { newKeyPair } from '../config/signatures.ts';
import { hashToken, newToken } from '../config/tokens.ts';
import type { NodePlaces } from './places.ts';

const TOKEN_DAYS = 90;

const FIRST_TOKEN = 'first-token-of-';

export interface FirstToken {
  readonly login: string;
  readonly token: string;
  readonly file: string;
}

/** Makes slipway.yaml with one person in it, who is whoever starts the node. Their token lies in a file until it was shown. */
export function makeConfiguration(places: NodePlaces, { temporalUi }: { temporalUi: string }): void {
  const file = join(places.config, 'slipway.yaml');
  if (existsSync(file)) return;
  const login = loginOf(userInfo().username);
  const token = newToken();
  const expires = new Date(Date.now() + TOKEN_DAYS * 86_400_000).toISOString().slice(0, 10);
  replace(join(places.private, `${FIRST_TOKEN}${login}`), `${token}\n`);
  replace(
    file,
    `# Who and what this node of Slipway knows; docs/configuration.md tells all of it. It is read anew: most edits count without a restart.
people:
  - login: ${login}   # make it your login on GitHub, where reviews count
    roles: [releaser, operator, admin]
    tokens:
      - { sha256: ${hashToken(token)}, expires: "${expires}", name: first start }
temporalUi: ${temporalUi}
# url: https://slipway.example.org   # where people reach this node, if not at its own port
signatures: {}
`,
  );
}

/** The first token, as long as nobody has taken it: a start that failed meanwhile loses it to nobody. */
export function firstToken({ private: folder }: NodePlaces): FirstToken | undefined {
  const name = readdirSync(folder).find((one) => one.startsWith(FIRST_TOKEN));
  if (name === undefined) return undefined;
  const file = join(folder, name);
  return { login: name.slice(FIRST_TOKEN.length), token: readFileSync(file, 'utf8').trim(), file };
}

/**
 * A node whose own signing key is missing gets a new pair: at the first start, and after a restore from a backup without secrets.
 * The public keys that are listed stay, so that what was signed before still counts. Answers its name.
 */
export function ensureSigningKey(places: NodePlaces, now = new Date()): string | undefined {
  const file = join(places.config, 'slipway.yaml');
  const document = parseDocument(readFileSync(file, 'utf8'));
  if (document.errors.length > 0) return undefined; // told with its line when the processes read it
  const key = document.getIn(['signatures', 'key']);
  if (key !== undefined) {
    const there = resolve(dirname(file), String(key));
    if (existsSync(there) || !there.startsWith(`${places.private}/`)) return undefined;
  }
  const kid = `node-${now.toISOString().slice(0, 19).replaceAll(/[:]/g, '')}`;
  const { privateKey, publicKey } = newKeyPair();
  mkdirSync(places.private, { recursive: true, mode: 0o700 });
  writeFileSync(join(places.private, `${kid}.key`), privateKey, { mode: 0o600, flag: 'wx' });
  const signatures = document.get('signatures');
  if (isMap(signatures)) signatures.flow = false;
  document.setIn(['signatures', 'key'], `../private/${kid}.key`);
  document.setIn(['signatures', 'keys', kid], publicKey);
  replace(file, document.toString({ lineWidth: 0 }));
  return kid;
}

/** The build worker reads a file of its own: it runs project code, and needs no more than the addresses of indexes. */
export function writeBuildConfiguration(places: NodePlaces): void {
  const text = readFileSync(join(places.config, 'slipway.yaml'), 'utf8');
  const indexes = parseDocument(text).toJS()?.indexes ?? {};
  replace(join(places.buildConfig, 'slipway.yaml'), stringify({ unsignedSignals: 'accept', indexes }));
}

function loginOf(user: string): string {
  const login = user.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return login === '' || login === 'root' ? 'admin' : login.slice(0, 63);
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
