/** `npm run drill -- REV`: a run that REV of this repository begins and that waits is ended by the code as it stands. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar';
import { root } from './setup/places.mjs';

const [revision] = process.argv.slice(2);
if (!revision || revision.startsWith('-')) {
  console.error('Say which older code: npm run drill -- REV, such as the tag of the last release.');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'slipway-drill-'));
try {
  process.exitCode = await drill(revision);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function drill(revision: string): Promise<number> {
  const commit = git('rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`).trim();
  const archive = join(folder, 'old.tar');
  git('archive', '--format=tar', `--output=${archive}`, commit);
  await extract({ file: archive, cwd: folder });
  provideModules();
  console.log(`drill: a run that ${revision} (${commit.slice(0, 12)}) begins is ended by the code in ${root}`);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', 'temporal', 'test/end-to-end/upgrade.test.ts'];
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, SLIPWAY_OLD_CODE: folder },
  });
  return status ?? 1;
}

/** The old code on its own libraries: ours, where they are the same. */
function provideModules(): void {
  const lock = (at: string) => readFileSync(join(at, 'package-lock.json'), 'utf8');
  if (lock(folder) === lock(root)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  else execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' });
}
