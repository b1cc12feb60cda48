import { adoptionOf, compareWithOutside } from '../../domain/adoption/adoption.ts';
import type { OutsideFacts } from '../../domain/adoption/facts.ts';
import { notesOf } from '../../domain/prepare.ts';
import { Problem } from '../../domain/problem.ts';
import { branchFor } from '../../domain/stage-rules.ts';
import { toPep440 } from '../../domain/version.ts';
import { findVersionHomes } from '../../domain/version-homes/find-version-homes.ts';
import type { AdoptionActivities, PinnedAdoption } from '../contract/adoption.ts';
import type { ReleaseContext, Source } from '../index.ts';
import { bundleOf } from '../repository.ts';
import { treeOf } from '../tree.ts';
import { head, type PublishDeps } from './deps.ts';
import { lookAtVersion, outcomesOf } from './look-at-version.ts';
import { sinceLast } from './since-last.ts';
import { heads } from './source.ts';

const LONGEST_EXCERPT = 4000;

/** Where a version goes on that another tool or a person began. */
export function adoptActivities(deps: PublishDeps): Pick<AdoptionActivities, 'pinAdopted'> {
  const { archive, git, store, workspaces } = deps;

  return {
    async pinAdopted(context) {
      const outcomes = await outcomesOf(archive, context);
      return lookAtVersion(deps, { ...context, outcomes }, async (facts, folder) => {
        const adoptable = adoptableOf(facts);
        const adoption = adoptionOf(facts, adoptable);
        return {
          ...(await pinned(context, folder, facts)),
          adoption,
          summary: `there: ${adoption.there.join(', ')}; missing: ${adoption.missing.join(', ')}`.slice(0, 1000),
        };
      });
    },
  };

  async function pinned(
    context: ReleaseContext,
    folder: string,
    facts: OutsideFacts,
  ): Promise<Omit<PinnedAdoption, 'adoption'>> {
    const { project, version } = context;
    const commit = await git.commit(folder, facts.tag.commit!);
    const { last, commits } = await sinceLast(git, { folder, project, base: commit.sha, before: version });
    const lastCommit = last ? (await git.commit(folder, `refs/tags/${last.tag}`)).sha : null;
    const said = await saidAt(context, folder, { commit: commit.sha, time: commit.time, last, commits });
    const refs = await git.refs(folder);
    const { main, develop } = project.branches;
    const own = facts.source!.reachedFrom.find((branch) => branch !== main) ?? branchFor(context);
    const [bundle, candidateBundle, notes, diff] = await Promise.all([
      bundleOf(deps, folder, 'source.bundle', heads(refs)),
      bundleOf(deps, folder, 'candidate.bundle', { 'refs/slipway/candidate': commit.sha }),
      store.put('release-notes.md', said.notes),
      store.put('release.diff', ''),
    ]);
    const source: Source = {
      bundle,
      base: commit.sha,
      baseRef: `refs/tags/${facts.tag.name}`,
      main: refs[head(main)]!,
      develop: develop === null ? null : (refs[head(develop)] ?? null),
      releaseBranch: head(own),
      found: refs[head(own)] ?? null,
      last: last && lastCommit ? { ...last, commit: lastCommit } : null,
      commitsSinceLast: commits.length,
      suggestion: { bump: 'none', version: null, reasons: [] },
      belowSuggestion: false,
      breaking: said.breaking,
    };
    return {
      source,
      candidate: { commit: commit.sha, tree: commit.tree, bundle: candidateBundle },
      time: commit.time,
      notes,
      diff,
      excerpt: said.section.slice(0, LONGEST_EXCERPT),
      pretend: said.pretend,
    };
  }

  /** What the files of the commit say of the version: its notes, and whether the version comes from the tag. */
  async function saidAt(
    { project, version }: ReleaseContext,
    folder: string,
    at: { commit: string; time: number } & Awaited<ReturnType<typeof sinceLast>>,
  ) {
    const workspace = await workspaces.open();
    try {
      const tree = await treeOf(git, folder, at.commit, workspace);
      const date = new Date(at.time * 1000).toISOString().slice(0, 10);
      const { last, commits } = at;
      const files = project.version.dynamic ? [] : project.version.files;
      const { dynamic } = findVersionHomes(tree, { package: project.package, files });
      return {
        ...notesOf({ tree, project, version, date, last, commits }),
        pretend: Object.fromEntries((dynamic?.variables ?? []).map((name) => [name, toPep440(version)])),
      };
    } finally {
      await workspace.dispose();
    }
  }
}

function adoptableOf(facts: OutsideFacts) {
  const outside = compareWithOutside(facts);
  if (outside.kind === 'adoptable') return outside;
  if (outside.kind === 'nothing-left')
    throw new Problem('nothing-to-adopt', `nothing of ${facts.version} is left to do`);
  const faults = outside.contradictions.map(({ what, remedy }) => `${what}. ${remedy}`);
  throw new Problem('adopt-contradiction', `${facts.version} cannot be adopted: ${faults.join('; ')}`, { faults });
}
