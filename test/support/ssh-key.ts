import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Tests that sign need it: Debian's openssh-client. */
export function sshKeygenIsThere(): boolean {
  return spawnSync('ssh-keygen', ['-?'], { stdio: 'ignore' }).error === undefined;
}

export function newSshKey(
  folder: string,
  { type = 'ed25519', passphrase = '' }: { type?: string; passphrase?: string } = {},
): { key: string; publicKey: string } {
  const file = join(folder, `key-${randomUUID()}`);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', '', '-f', file]);
  return { key: readFileSync(file, 'utf8'), publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}
