import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseEnvironment, run } from '../../clients/command.ts';

/** What the steps of a job do with the variables that every runner gives them. */

export interface WantedFile {
  readonly name: string;
  readonly sha256: string;
}

export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

export function inputs(): Readonly<Record<string, string>> {
  const { inputs } = JSON.parse(readFileSync(variable('GITHUB_EVENT_PATH'), 'utf8')) as {
    inputs: Record<string, string>;
  };
  return inputs;
}

/** The approved files, from the draft whose number the inputs give; another sha256 ends the job. */
export async function approvedFiles(folder: string): Promise<string[]> {
  const { files = '[]', release = '' } = inputs();
  const at = `${variable('GITHUB_API_URL')}/repos/${variable('GITHUB_REPOSITORY')}/releases`;
  const headers = { authorization: `Bearer ${variable('GITHUB_TOKEN')}` };
  const listed = await fetch(`${at}/${release}/assets?per_page=100`, { headers });
  if (!listed.ok) throw new Error(`the assets of release ${release}: ${listed.status}`);
  const assets = (await listed.json()) as { id: number; name: string }[];
  const paths: string[] = [];
  for (const { name, sha256 } of JSON.parse(files) as WantedFile[]) {
    const asset = assets.find((one) => one.name === name);
    if (!asset) throw new Error(`the draft has no ${name}`);
    const answer = await fetch(`${at}/assets/${asset.id}`, {
      headers: { ...headers, accept: 'application/octet-stream' },
    });
    const content = new Uint8Array(await answer.arrayBuffer());
    const digest = createHash('sha256').update(content).digest('hex');
    if (digest !== sha256) throw new Error(`${name} is ${digest}, approved was ${sha256}`);
    paths.push(join(folder, name));
    writeFileSync(paths.at(-1)!, content);
  }
  return paths;
}

/** A token of a quarter of an hour, for nothing but the job's own word of who it is. */
export async function mintedToken(indexUrl: string): Promise<string> {
  const { audience } = (await (await fetch(`${indexUrl}/_/oidc/audience`)).json()) as { audience: string };
  const asked = await fetch(`${variable('ACTIONS_ID_TOKEN_REQUEST_URL')}&audience=${audience}`, {
    headers: { authorization: `bearer ${variable('ACTIONS_ID_TOKEN_REQUEST_TOKEN')}` },
  });
  const { value } = (await asked.json()) as { value: string };
  const minted = await fetch(`${indexUrl}/_/oidc/mint-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: value }),
  });
  if (!minted.ok) throw new Error(`${indexUrl} mints no token: ${minted.status} ${await minted.text()}`);
  return ((await minted.json()) as { token: string }).token;
}

/** By twine, as the action that people use does. */
export async function upload(files: readonly string[], indexUrl = variable('SANDBOX_INDEX')): Promise<void> {
  const token = await mintedToken(indexUrl);
  const args = ['upload', '--non-interactive', '--disable-progress-bar', '--repository-url', `${indexUrl}/legacy/`];
  await step(join(variable('SLIPWAY_TOOLS'), 'twine'), [...args, ...files], {
    TWINE_USERNAME: '__token__',
    TWINE_PASSWORD: token,
  });
}

export async function step(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const tools = process.env.SLIPWAY_TOOLS;
  const base = baseEnvironment();
  const end = await run(program, args, {
    cwd: variable('GITHUB_WORKSPACE'),
    env: { ...base, ...env, PATH: tools === undefined ? base.PATH! : `${tools}:${base.PATH}` },
    timeoutSeconds: 300,
    onLine: (line) => console.log(line),
  });
  if (end.exitCode !== 0) throw new Error(`${program} ended with ${end.exitCode}`);
}
