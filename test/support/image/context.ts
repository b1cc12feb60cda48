import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../imports.ts';
import { pythonTools } from '../python-tools.ts';
import { output } from './command.ts';

const MADE_OF = ['Dockerfile', '.dockerignore', '.npmrc', 'package.json', 'package-lock.json', 'src', 'deploy'];
const PINS = 'tools/python-tools.txt';

/** A build context that brings along what would have to be fetched: this clone's own node_modules, and wheels for the base's Python. */
export async function stageContext(folder: string, python: string): Promise<void> {
  for (const name of [...MADE_OF, PINS]) cpSync(join(root, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'vendor'));
  const [wheels] = await Promise.all([wheelsFor(python), packNodeModules(join(folder, 'vendor/node_modules.tar'))]);
  cpSync(wheels, join(folder, 'vendor/wheels'), { recursive: true });
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

async function packNodeModules(tar: string): Promise<void> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const wanted = Object.entries(packages)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => path)
    .filter((path) => existsSync(join(root, path)) && !path.startsWith('node_modules/node-'));
  const list = `${tar}.txt`;
  writeFileSync(list, wanted.join('\n'));
  await output('tar', ['-cf', tar, '-C', root, '-T', list]);
}

/** Kept between runs: they are what the pins say, whoever asks. */
async function wheelsFor(python: string): Promise<string> {
  const pins = join(root, PINS);
  const digest = createHash('sha256').update(python).update(readFileSync(pins)).digest('hex').slice(0, 16);
  const kept = join(root, `.slipway/cache/wheels-${digest}`);
  if (existsSync(kept)) return kept;
  const partial = `${kept}.${process.pid}`;
  mkdirSync(dirname(kept), { recursive: true });
  const wanted = ['--no-deps', '--only-binary=:all:', '--python-version', python, '--require-hashes'];
  await output(join(pythonTools, 'python'), ['-m', 'pip', 'download', '-q', ...wanted, '-d', partial, '-r', pins], {
    seconds: 180,
  });
  renameSync(partial, kept);
  return kept;
}
