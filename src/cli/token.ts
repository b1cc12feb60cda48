import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { secondsOf } from '../config/duration.ts';
import { type KeptToken, tokensOf, withoutTokens, withToken } from '../config/edit-tokens.ts';
import { hashToken, newToken } from '../config/tokens.ts';
import { Problem } from '../domain/problem.ts';
import { lines, shown } from './words.ts';

interface Options {
  readonly login: string;
  readonly config?: string;
}

/** Tokens of people: made, listed, revoked. The service reads slipway.yaml at each request, so all of it counts at once. */
export function tokenCommand(): Command {
  const token = new Command('token').description('tokens of people: made, listed, revoked');
  const each = (name: string, description: string) =>
    token
      .command(name)
      .description(description)
      .requiredOption('--login <login>', 'whose, as in slipway.yaml')
      .option(
        '--config <folder>',
        'folder that holds slipway.yaml (default for new: print the line that goes into it)',
      );
  each('new', 'make a token and show it, once')
    .option('--expires <time>', 'how long it counts, such as 90d', '90d')
    .option('--name <words>', 'what it is for')
    .action(makeToken);
  each('list', 'the tokens of a person, by their hashes').action(listTokens);
  each('revoke', 'take tokens back: from the next request on they count no more')
    .option('--hash <beginning>', 'of those that go, as list shows it; without it all of them', '')
    .action(revokeTokens);
  return token;
}

async function makeToken({
  login,
  config,
  expires,
  name,
}: Options & { expires: string; name?: string }): Promise<void> {
  const seconds = secondsOf(expires);
  if (seconds === undefined) {
    throw new Problem(
      'configuration-invalid',
      `${JSON.stringify(expires)} is no time: write such as 12h or 90d, 90 days at most`,
    );
  }
  const token = newToken();
  const day = new Date(Date.now() + seconds * 1000).toISOString().slice(0, 10);
  const kept: KeptToken = { sha256: hashToken(token), expires: day, ...(name === undefined ? {} : { name }) };
  if (config === undefined) {
    const line = `tokens: [{ sha256: ${kept.sha256}, expires: "${day}"${name === undefined ? '' : `, name: ${JSON.stringify(name)}`} }]`;
    process.stderr.write(
      `Put this beside "login: ${login}" in slipway.yaml:\n  ${line}\nThe token, shown this once, counts until ${day}:\n`,
    );
  } else {
    const file = join(config, 'slipway.yaml');
    await replace(file, withToken(await read(file), login, kept));
    process.stderr.write(`Its hash is in ${shown(file)}. The token, shown this once, counts until ${day}:\n`);
  }
  process.stdout.write(`${token}\n`);
}

async function listTokens({ login, config }: Options): Promise<void> {
  const tokens = tokensOf(await read(fileIn(config)), login);
  process.stdout.write(
    tokens.length === 0 ? `${login} has no token\n` : lines(`Tokens of ${login}:`, tokens.map(wordsFor)),
  );
}

async function revokeTokens({ login, config, hash }: Options & { hash: string }): Promise<void> {
  const file = fileIn(config);
  const { text, removed } = withoutTokens(await read(file), login, hash);
  if (removed.length === 0)
    throw new Problem('configuration-invalid', `${login} has no token whose hash begins with ${JSON.stringify(hash)}`);
  await replace(file, text);
  process.stdout.write(lines('Revoked:', removed.map(wordsFor)));
}

function wordsFor({ sha256, expires, name }: KeptToken): string {
  return [`${sha256.slice(0, 12)}…`, expires ? `until ${expires}` : 'without end', ...(name ? [name] : [])].join(', ');
}

function fileIn(config: string | undefined): string {
  if (config !== undefined) return join(config, 'slipway.yaml');
  throw new Problem('configuration-invalid', 'it is not said which slipway.yaml: add --config with its folder');
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Problem('configuration-invalid', `${shown(file)} cannot be read (${error.code})`);
  });
}

/** Whole or not at all, since the service may read it at any moment. */
async function replace(file: string, text: string): Promise<void> {
  const beside = `${file}.${process.pid}.new`;
  await writeFile(beside, text, { mode: (await stat(file)).mode });
  await rename(beside, file);
}
