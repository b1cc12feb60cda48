import { mkdir, writeFile } from 'node:fs/promises';
import { resolve as absolute, join } from 'node:path';
import type { GitLocal } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { checkRef, checkSha } from './names.ts';
import type { Git } from './program.ts';
import { initBare } from './remote.ts';
import { inScratch } from './scratch.ts';

export function gitBundles(git: Git): Pick<GitLocal, 'bundle' | 'unbundle'> {
  return {
    /** A bundle names refs as its repository does: so they are set in one that borrows this one's objects. */
    async bundle(folder, file, refs) {
      await inScratch(async (scratch) => {
        await initBare(git, scratch);
        const { stdout } = await git(['rev-parse', '--git-path', 'objects'], { folder });
        await mkdir(join(scratch, 'objects/info'), { recursive: true });
        await writeFile(join(scratch, 'objects/info/alternates'), `${absolute(folder, stdout.trim())}\n`);
        const names = Object.keys(refs).map(checkRef);
        const updates = names.map((ref) => `create ${ref}\0${checkSha(refs[ref] ?? '')}\0`).join('');
        await git(['update-ref', '--no-deref', '-z', '--stdin'], { folder: scratch, input: updates });
        await git(['bundle', 'create', '--quiet', absolute(file), ...names], { folder: scratch });
      });
    },
    async unbundle(folder, files) {
      await initBare(git, folder);
      for (const file of files) {
        const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--update-head-ok'];
        await git(['fetch', ...quiet, '--end-of-options', absolute(file), '+refs/*:refs/*'], { folder }).catch(
          (error) => {
            throw new Problem('artifact-corrupt', `a git bundle can't be read: ${error.message}`, { cause: error });
          },
        );
      }
    },
  };
}
