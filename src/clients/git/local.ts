import type { GitLocal } from '../../activities/ports.ts';
import { gitBundles } from './bundles.ts';
import { gitCheckout } from './checkout.ts';
import { type GitOptions, gitProgram } from './program.ts';
import { gitReads } from './read.ts';
import { gitSigning } from './signing.ts';
import { gitWrites } from './write.ts';

export function createGitLocal(options: Pick<GitOptions, 'cancellation'> = {}): GitLocal {
  const git = gitProgram(options);
  return { ...gitReads(git), ...gitWrites(git), ...gitBundles(git), ...gitCheckout(git), ...gitSigning(git) };
}
