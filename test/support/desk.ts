import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitOn } from './outside.ts';
import type { World } from './world.ts';

interface Work {
  /** What the work starts from. */
  readonly from: string;
  /** The branch that it is pushed to. */
  readonly to: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What a person does at their desk: files changed and committed, the branch moved on the remote. The commit's SHA. */
export function workAtDesk(world: World, project: string, { from, to, files }: Work): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-desk-'));
  const git = (...args: string[]) => gitOn(world, project, ...args);
  try {
    git('worktree', 'add', '--quiet', '--detach', folder, from);
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    git('-C', folder, 'add', '--all');
    git('-C', folder, 'commit', '--quiet', '--message', `fix: no crash in ${to}`);
    const sha = git('-C', folder, 'rev-parse', 'HEAD').trim();
    git('worktree', 'remove', '--force', folder);
    git('update-ref', `refs/heads/${to}`, sha);
    return sha;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
