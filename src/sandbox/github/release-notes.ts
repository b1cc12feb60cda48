import type { Git } from './git/command.ts';
import { isAncestor, listRefs, resolveCommit } from './git/refs.ts';
import type { PullRecord, ReleaseRecord } from './record.ts';
import type { Repository } from './repository.ts';
import { pullPage } from './shapes/pull.ts';
import { repositoryPage } from './shapes/repository.ts';
import type { World } from './world.ts';

/** What GitHub writes of itself: the pull requests merged since the previous release. */
export async function generatedNotes(
  world: World,
  repository: Repository,
  asked: { tag: string; target: string | undefined; previous: string | undefined },
): Promise<{ name: string; body: string } | undefined> {
  const { git, record } = repository;
  const head =
    (await resolveCommit(git, asked.tag)) ?? (await resolveCommit(git, asked.target ?? record.defaultBranch));
  if (head === undefined) return undefined;
  const previous = asked.previous ?? (await previousRelease(git, record.releases, asked.tag, head))?.tag;
  const since = previous === undefined ? undefined : await resolveCommit(git, previous);
  const lines: string[] = [];
  for (const issue of repository.pulls()) {
    if (await mergedBetween(git, issue, since, head)) {
      lines.push(`* ${issue.title} by @${issue.author} in ${pullPage(world, repository, issue.number)}`);
    }
  }
  const page = repositoryPage(world, repository);
  const range = previous === undefined ? `commits/${asked.tag}` : `compare/${previous}...${asked.tag}`;
  const changes = lines.length > 0 ? `## What's Changed\n${lines.join('\n')}\n\n\n` : '';
  return { name: asked.tag, body: `${changes}**Full Changelog**: ${page}/${range}` };
}

async function mergedBetween(
  git: Git,
  { pull }: PullRecord,
  since: string | undefined,
  head: string,
): Promise<boolean> {
  if (pull.mergeCommit === null || !(await isAncestor(git, pull.mergeCommit, head))) return false;
  return since === undefined || !(await isAncestor(git, pull.mergeCommit, since));
}

async function previousRelease(git: Git, releases: readonly ReleaseRecord[], tag: string, head: string) {
  const tags = new Map(
    (await listRefs(git, 'refs/tags/')).map(({ name, sha }) => [name.slice('refs/tags/'.length), sha]),
  );
  for (const release of releases.filter((each) => !each.draft && each.tag !== tag).reverse()) {
    const sha = tags.get(release.tag);
    if (sha !== undefined && (await isAncestor(git, sha, head))) return release;
  }
  return undefined;
}
