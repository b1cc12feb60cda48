import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import { stringify } from 'yaml';
import { baseEnvironment, findProgram, start } from '../clients/command.ts';

const PROGRAM = 'docker-registry';

export interface RegistryProgram {
  /** host:port, of this machine only. */
  readonly address: string;
  end(): Promise<unknown>;
}

/** The program that Docker's own registry image runs, with its storage and people in `state`; nothing where it isn't installed. */
export async function startRegistryProgram(
  state: string,
  users: Readonly<Record<string, string>>,
): Promise<RegistryProgram | undefined> {
  const env = baseEnvironment();
  if ((await findProgram(PROGRAM, env.PATH ?? '')) === undefined) return undefined;

  mkdirSync(state, { recursive: true, mode: 0o700 });
  const config = await writeConfig(state, users);
  const lines: string[] = [];
  let found = (_address: string) => {};
  const listening = new Promise<string>((resolve) => {
    found = resolve;
  });
  const onLine = (line: string) => {
    lines.push(line);
    const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (address) found(address);
  };
  const command = await start(PROGRAM, ['serve', config], { cwd: state, env, graceSeconds: 10, onLine });
  const ended = command.exited.then(() => {
    throw new Error(`${PROGRAM} ended by itself:\n${lines.slice(-10).join('\n')}`);
  });
  const address = await Promise.race([listening, ended]);
  ended.catch(() => {}); // from here on it ends when it is told to
  return { address, end: () => command.end() };
}

async function writeConfig(state: string, users: Readonly<Record<string, string>>): Promise<string> {
  const people = join(state, 'htpasswd');
  const lines = Object.entries(users).map(async ([name, password]) => `${name}:${await hash(password, 5)}\n`);
  writeFileSync(people, (await Promise.all(lines)).join(''), { mode: 0o600 });
  const config = join(state, 'registry.yml');
  const content = {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(state, 'storage') }, delete: { enabled: true } },
    // Its own addresses in answers would lead past the proxy before it.
    http: { addr: '127.0.0.1:0', relativeurls: true },
    auth: { htpasswd: { realm: 'slipway sandbox', path: people } },
  };
  writeFileSync(config, stringify(content), { mode: 0o600 });
  return config;
}
