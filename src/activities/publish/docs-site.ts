import { Problem } from '../../domain/problem.ts';
import type { Project } from '../../domain/project.ts';
import { repositoryName } from '../../domain/repository-name.ts';
import { type ArtifactRef, DOCS_SITE, type RunState } from '../../domain/run/state.ts';
import { compareVersions, partsOf } from '../../domain/version.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, head, type PublishDeps } from './deps.ts';

interface Site extends Pick<ReleaseContext, 'project' | 'version' | 'time'> {
  readonly site: ArtifactRef;
  /** Docs of a version above this one stay: an older line never takes their place. */
  readonly unlessAbove: string;
}

export function docsSiteActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'ensureDocsPublished' | 'ensureDocsDemoted'> {
  const { archive, store } = deps;

  return {
    ensureDocsPublished: ({ project, version, time, site }) =>
      publishSite(deps, { project, version, time, site, unlessAbove: version }),

    async ensureDocsDemoted({ good, ...context }) {
      const { project, time, version } = context;
      if (!good) return { summary: `the docs stay: there is no version below ${version} to show`, omitted: true };
      const site = await frozenSite(project, good.version);
      if (!site) {
        const why = `no record holds the docs of ${good.version}: publish them by hand`;
        return { summary: `the docs stay as they are: ${why}`, omitted: true };
      }
      return publishSite(deps, { project, version: good.version, time, site, unlessAbove: version });
    },
  };

  async function frozenSite({ project }: Project, version: string): Promise<ArtifactRef | undefined> {
    const records = (await archive.runs({ project })) as Partial<RunState>[];
    const released = records.filter((run) => run.version === version && run.outcome === 'released');
    const sites = released.flatMap(({ manifest }) => manifest?.extras.filter(({ name }) => name === DOCS_SITE) ?? []);
    for (const site of sites) if (await store.has(site.digest)) return site;
    return undefined;
  }
}

/** What `mkdocs gh-deploy` does, repeatable: the frozen folder becomes a commit with the run's date on top of the pages branch. */
async function publishSite(deps: PublishDeps, { project, version, time, site, unlessAbove }: Site) {
  const { git, remote, store, workspaces } = deps;
  const { branch } = project.publish.docs!;
  const ref = head(branch);
  const access = await gitAccess(deps, project);
  const workspace = await workspaces.open();
  try {
    await store.copyTo(site.digest, `${workspace.folder}/site.tar`);
    await workspace.unpack('site.tar', 'site');
    // GitHub's pages would otherwise leave out what begins with an underscore.
    await workspace.write('site/.nojekyll', new Uint8Array());
    const folder = `${workspace.folder}/pages.git`;
    const there = (await remote.refs(access, [ref]))[ref] ?? null;
    await remote.fetch(access, folder, there === null ? [head(project.branches.main)] : [ref]);
    const url = pagesUrl(project.repository);
    const shown = there === null ? undefined : shownIn((await git.commit(folder, there)).message);
    if (shown !== undefined && compareVersions(shown, unlessAbove) > 0)
      return { ...url, summary: `${branch} shows the docs of v${shown}, which stay`, omitted: true };
    const tree = await git.treeOfFolder(folder, `${workspace.folder}/site`);
    if (there !== null && (await git.commit(folder, there)).tree === tree) {
      return { ...url, summary: `${branch} holds this site already`, adopted: true };
    }
    const parents = there === null ? [] : [there];
    const commit = await git.commitTree(folder, tree, {
      parents,
      message: `Docs of v${version}`,
      author: SLIPWAY,
      time,
    });
    await remote.push(access, folder, [{ ref, expected: there, new: commit }]);
    return { ...url, summary: `${branch} is at ${commit.slice(0, 12)}, the docs of v${version}` };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'branch-moved') throw error;
    throw new Problem('docs-conflict', error.message, { cause: error });
  } finally {
    await workspace.dispose();
  }
}

/** The version whose docs were published last, by the words of the commit. */
function shownIn(message: string): string | undefined {
  const version = /^Docs of v(\S+)$/m.exec(message)?.[1];
  return version !== undefined && partsOf(version) ? version : undefined;
}

function pagesUrl(repository: string): { url?: string } {
  const { host, owner, repo } = repositoryName(repository);
  return host === 'github.com' ? { url: `https://${owner.toLowerCase()}.github.io/${repo}/` } : {};
}
