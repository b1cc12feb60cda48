import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitLocal } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { baseEnvironment, findProgram, run } from '../command.ts';
import { checkSha } from './names.ts';
import type { Git } from './program.ts';

const SIGNATURE = /-----BEGIN (SSH|PGP) SIGNATURE-----[\s\S]*$/;
const SIGNER = 'slipway';
const LIMIT_SECONDS = 60;

/** Tags signed as git itself does it with an SSH key. The key is in a file of this process alone, and only meanwhile. */
export function gitSigning(git: Git): Pick<GitLocal, 'signTag' | 'signedBy' | 'unsignedTag'> {
  async function unsignedTag(folder: string, object: string): Promise<string> {
    const text = await textOf(folder, object);
    if (text === undefined) return object;
    return (await git(['mktag'], { folder, input: text.replace(SIGNATURE, '') })).stdout.trim();
  }

  /** undefined: it is no tag object, but the commit itself. */
  async function textOf(folder: string, object: string): Promise<string | undefined> {
    const { stdout } = await git(['cat-file', '-t', checkSha(object)], { folder });
    return stdout.trim() === 'tag' ? (await git(['cat-file', 'tag', object], { folder })).stdout : undefined;
  }

  return {
    unsignedTag,
    async signTag(folder, object, key) {
      return withKey(key, async (file) => {
        const text = await textOf(folder, object);
        if (text === undefined) throw new Problem('git-refused', `${object} is no annotated tag`);
        const signed = await sshKeygen(['-Y', 'sign', '-n', 'git', '-f', file], { key, input: text });
        return (await git(['mktag'], { folder, input: text + signed })).stdout.trim();
      });
    },
    async signedBy(folder, object, key) {
      if ((await textOf(folder, object)) === undefined) return false;
      return withKey(key, async (file, publicKey) => {
        const allowed = `${file}.allowed`;
        await writeFile(allowed, `${SIGNER} namespaces="git" ${publicKey}\n`, { mode: 0o600 });
        const settings = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${allowed}`];
        const { exitCode } = await git([...settings, 'verify-tag', object], { folder, answers: [0, 1] });
        return exitCode === 0;
      });
    },
  };
}

async function withKey<T>(key: string, use: (file: string, publicKey: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-key-')); // its owner's alone
  try {
    const file = join(scratch, 'key');
    await writeFile(file, key, { mode: 0o600 });
    const publicKey = (await sshKeygen(['-y', '-P', '', '-f', file], { key })).trim();
    // Others make another signature each time, and a repeated attempt another tag.
    if (!publicKey.startsWith('ssh-ed25519 '))
      throw new Problem(
        'credential-refused',
        `tags are signed by an ed25519 key, and this one is ${publicKey.split(' ')[0]}`,
      );
    return await use(file, publicKey.split(' ').slice(0, 2).join(' '));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function sshKeygen(
  args: readonly string[],
  { key, input = '' }: { key: string; input?: string },
): Promise<string> {
  const env = baseEnvironment();
  const program = await findProgram('ssh-keygen', env.PATH ?? '');
  if (program === undefined) throw new Problem('tool-missing', 'ssh-keygen, which signs tags, is not on the PATH');
  const secrets = key.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  const options = { cwd: '/', env: { ...env, LC_ALL: 'C' }, input, secrets, timeoutSeconds: LIMIT_SECONDS };
  const end = await run(program, args, options);
  if (end.exitCode === 0) return end.stdout;
  const said = end.stderr
    .trim()
    .replace(/\/\S+\/key\b/g, 'it')
    .slice(-300);
  throw new Problem(
    'credential-refused',
    `the key that signs tags can't be used (no OpenSSH key without a passphrase?): ${said}`,
  );
}
