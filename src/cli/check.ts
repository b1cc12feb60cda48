import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../activities/ports.ts';
import { type Looked, lookAtVersion } from '../activities/publish/look-at-version.ts';
import { createCredentials } from '../clients/credentials.ts';
import { createGitLocal } from '../clients/git/local.ts';
import { createGitRemote } from '../clients/git/remote.ts';
import { createGitHub } from '../clients/github/github-client.ts';
import { createInstallations } from '../clients/github/installations.ts';
import { createIndex } from '../clients/index/index-client.ts';
import { removeTree } from '../clients/own-folder.ts';
import { createRegistry } from '../clients/registry/registry-client.ts';
import { openWorkingTree } from '../clients/working-tree.ts';
import { openWorkspaces } from '../clients/workspaces.ts';
import { compareWithOutside, type Outside } from '../domain/adoption/adoption.ts';
import { Problem } from '../domain/problem.ts';
import type { Project } from '../domain/project.ts';
import { parseVersion } from '../domain/version.ts';
import { projectOf } from './project.ts';
import { lines } from './words.ts';

interface CheckOptions {
  readonly version: string;
  readonly project?: string;
  readonly credentials?: string;
  readonly json?: boolean;
}

/** The comparison that an adoption makes, and nothing else: exit status 1 where something contradicts. */
export async function check(path: string, options: CheckOptions): Promise<void> {
  const version = parseVersion(options.version, { v: 'tolerated' });
  const tree = await openWorkingTree(path);
  const credentials = credentialsOf(options.credentials);
  const { project, notAsked } = await reachable(await projectOf(tree, options.project), credentials);
  const looked: Looked = { project, version, procedure: { kind: 'release' }, outcomes: [] };
  const outside = await look(looked, credentials);
  if (outside.kind === 'contradicts') process.exitCode = 1;
  process.stdout.write(options.json ? asJson(version, outside, notAsked) : asText(version, outside, notAsked));
}

function credentialsOf(folder: string | undefined): Credentials {
  if (folder !== undefined) return createCredentials(folder, (message) => process.stderr.write(`${message}\n`));
  const read = async (name: string) => {
    const value = process.env[name];
    if (value) return value;
    throw new Problem('credential-missing', `the environment variable ${name} is not set`);
  };
  return { read, key: read };
}

/** Without its credential a place is left out, and said: nobody should need a token to look at an index. */
async function reachable(
  project: Project,
  { read, key }: Credentials,
): Promise<{ project: Project; notAsked: string[] }> {
  const { github, image } = project.publish;
  const [noGitHub, noImage] = await Promise.all([
    github === null ? undefined : missing(github.app ? key : read, github.credential),
    image?.credential ? missing(read, image.credential) : undefined,
  ]);
  const notAsked = [
    ...(noGitHub === undefined ? [] : [`GitHub's releases: ${noGitHub}`]),
    ...(noImage === undefined ? [] : [`the image registry: ${noImage}`]),
  ];
  const publish = {
    ...project.publish,
    ...(noGitHub === undefined ? {} : { github: null }),
    ...(noImage === undefined ? {} : { image: null }),
  };
  return { project: { ...project, publish }, notAsked };
}

async function missing(read: Credentials['read'], name: string): Promise<string | undefined> {
  try {
    await read(name);
    return undefined;
  } catch (error) {
    if (error instanceof Problem && error.code === 'credential-missing') return error.message;
    throw error;
  }
}

async function look(looked: Looked, credentials: Credentials): Promise<Outside> {
  const tools = process.env.SLIPWAY_TOOLS;
  if (tools === undefined) throw new Problem('tool-missing', 'SLIPWAY_TOOLS does not say where the Python tools are');
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-check-'));
  try {
    const deps = {
      credentials,
      git: createGitLocal(),
      remote: createGitRemote({ files: true }),
      github: createGitHub(),
      installations: createInstallations(),
      index: await createIndex({ tools }),
      registry: createRegistry(),
      workspaces: await openWorkspaces(scratch),
    };
    return await lookAtVersion(deps, looked, async (facts) => compareWithOutside(facts));
  } finally {
    await removeTree(scratch);
  }
}

function asJson(version: string, outside: Outside, notAsked: readonly string[]): string {
  return `${JSON.stringify({ version, ...outside, notAsked }, null, 2)}\n`;
}

function asText(version: string, outside: Outside, notAsked: readonly string[]): string {
  const left = lines('Not asked:', notAsked);
  if (outside.kind === 'contradicts') {
    const all = outside.contradictions.map(({ what, remedy }) => `${what}\n    ${remedy}`);
    return lines(`${version} contradicts itself:`, all) + left;
  }
  const there = lines('There:', outside.there);
  if (outside.kind === 'nothing-left') return `${version} is complete.\n${there}${left}`;
  return `${version} can be finished: POST /v1/releases with "adopt": true.\n${there}${lines('Missing:', outside.missing)}${left}`;
}
