import type { Finding, RepositoryFacts } from './facts.ts';

const ABANDONED_AFTER = 180 * 24 * 3600;

/** The branch that releases end on, and the one that work is gathered on where the project has such a one. */
export function findBranches(facts: RepositoryFacts): Finding<{ main: string; develop: string | null }> {
  const names = facts.branches.map(({ name }) => name);
  const usual = ['main', 'master', 'trunk'].find((name) => names.includes(name));
  const gathering = ['develop', 'dev', 'development'];
  const isGathering = facts.defaultBranch !== null && gathering.includes(facts.defaultBranch);
  const main = (isGathering ? usual : undefined) ?? facts.defaultBranch ?? usual ?? facts.currentBranch ?? 'main';
  const where = main === facts.defaultBranch ? "the remote's default branch" : 'the branches that are here';
  const timeOf = (name: string) => facts.branches.find((branch) => branch.name === name)?.time ?? 0;
  const candidate = gathering.find((name) => name !== main && names.includes(name));
  if (candidate === undefined) return { value: { main, develop: null }, where: `${where}; there is no develop` };
  if (timeOf(main) - timeOf(candidate) > ABANDONED_AFTER) {
    return {
      value: { main, develop: null },
      where: `${where}; ${candidate} is there, and nobody has worked on it for half a year`,
    };
  }
  return { value: { main, develop: candidate }, where };
}
