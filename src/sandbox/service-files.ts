import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { hashToken } from '../config/tokens.ts';
import type { Keys } from './keys.ts';
import { PEOPLE } from './people.ts';
import type { Places } from './places.ts';
import type { SandboxProject } from './project-file.ts';
import type { Servers } from './servers.ts';

/** `apiPort`: where people reach the API, for links in announcements; `temporalUiPort`: the Temporal UI, which pages link to. */
type IndexServers = Pick<Servers, 'index' | 'testIndex'> & {
  readonly apiPort?: number;
  readonly temporalUiPort?: number;
};

/** slipway.yaml: people by the hashes of their tokens, and the sandbox's indexes in the place of the well-known ones. */
export function writeServiceFiles(
  places: Places,
  keys: Keys,
  servers: IndexServers,
  further: Record<string, object>,
): void {
  const indexes = { pypi: addressesOf(servers.index), testpypi: addressesOf(servers.testIndex), ...further };
  const secretFile = join(places.root, 'private/webhook-secret');
  writePrivate(secretFile, keys.webhook);
  const signingFile = join(places.root, 'private/signing-key');
  writePrivate(signingFile, keys.signing.privateKey.trim());
  const signatures = { key: signingFile, keys: { sandbox: keys.signing.publicKey } };
  const people = PEOPLE.map(({ login, name, email, roles }) => ({
    ...{ login, name, email, github: login, roles: [...roles] },
    tokens: [hashToken(keys.people[login]?.token ?? '')],
  }));
  const shared = { unsignedSignals: 'accept', indexes };
  const url = servers.apiPort === undefined ? {} : { url: `http://127.0.0.1:${servers.apiPort}` };
  const { temporalUiPort } = servers;
  const temporalUi =
    temporalUiPort === undefined ? {} : { temporalUi: `http://127.0.0.1:${temporalUiPort}/namespaces/default` };
  const service = {
    ...url,
    ...temporalUi,
    signatures,
    people,
    github: { webhookSecretFile: secretFile },
    allowPrivateAddresses: true,
  };
  write(join(places.config, 'slipway.yaml'), { ...shared, ...service });
  write(join(places.buildConfig, 'slipway.yaml'), shared);
}

/** The project's file where the service finds it, and its credentials where only the publish worker does. */
export function writeProject(places: Places, keys: Keys, project: SandboxProject): void {
  write(join(places.config, 'projects', `${project.file.project}.yaml`), project.file);
  const { index, testIndex, github, githubApp, image } = project.credentials;
  const wanted = [
    [index, keys.index],
    [testIndex, keys.testIndex],
    [github, keys.github],
    [githubApp, keys.app.privateKey.trim()],
    [image, `slipway:${keys.registry}`],
  ] as const;
  for (const [name, secret] of wanted) {
    if (name !== undefined) writePrivate(join(places.credentials, name), secret);
  }
}

export function addressesOf({ uploadUrl, simpleUrl, jsonUrl, pageUrl }: Servers['index']) {
  return { uploadUrl, simpleUrl, jsonUrl, pageUrl };
}

function write(file: string, content: object): void {
  replace(file, stringify(content, { lineWidth: 0 }), 0o644);
}

function writePrivate(file: string, secret: string): void {
  replace(file, `${secret}\n`, 0o600);
}

/** Whoever reads it meanwhile, as workers do at each attempt, gets the one or the other, whole. */
function replace(file: string, text: string, mode: number): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}
