import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitLocal } from '../../activities/ports.ts';
import type { Git } from './program.ts';
import { resolve } from './read.ts';
import { inScratch } from './scratch.ts';

/** No hook, filter or LFS runs and no submodule is fetched: none of these is configured in a repository that we made. */
export function gitCheckout(git: Git): Pick<GitLocal, 'checkout'> {
  return {
    async checkout(folder, revision, target, options = {}) {
      const sha = await resolve(git, folder, revision);
      if (options.withGit) {
        // Hard links where the file system lets it: it lives on when `folder` goes, unlike a worktree or borrowed objects.
        await mkdir(dirname(target), { recursive: true });
        await git(['clone', '--quiet', '--local', '--no-checkout', '--template=', '--', folder, target], {
          folder: dirname(target),
        });
        await git(['checkout', '--quiet', '--detach', sha], { folder: target });
        await git(['remote', 'remove', 'origin'], { folder: target });
        return;
      }
      await mkdir(target, { recursive: true });
      await inScratch(async (scratch) => {
        const { stdout } = await git(['rev-parse', '--absolute-git-dir'], { folder });
        const env = { GIT_INDEX_FILE: join(scratch, 'index'), GIT_DIR: stdout.trim(), GIT_WORK_TREE: target };
        await git(['read-tree', sha], { folder: target, env });
        await git(['checkout-index', '--all', '--force', '--quiet'], { folder: target, env });
      });
    },
  };
}
