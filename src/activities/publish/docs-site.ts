import { Problem } from '../../domain/problem.ts';
import { repositoryName } from '../../domain/repository-name.ts';
import type { PublishActivities } from '../index.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, head, type PublishDeps } from './deps.ts';

/** What `mkdocs gh-deploy` does, repeatable: the frozen folder becomes a commit with the run's date on top of the pages branch. */
export function docsSiteActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureDocsPublished'> {
  const { git, remote, store, workspaces } = deps;

  return {
    async ensureDocsPublished({ project, version, time, site }) {
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
        const tree = await git.treeOfFolder(folder, `${workspace.folder}/site`);
        const url = pagesUrl(project.repository);
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
        await push(folder, { ref, expected: there, new: commit });
        return { ...url, summary: `${branch} is at ${commit.slice(0, 12)}` };
      } finally {
        await workspace.dispose();
      }

      async function push(
        folder: string,
        update: { ref: string; expected: string | null; new: string },
      ): Promise<void> {
        try {
          await remote.push(access, folder, [update]);
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== 'branch-moved') throw error;
          throw new Problem('docs-conflict', error.message, { cause: error });
        }
      }
    },
  };
}

function pagesUrl(repository: string): { url?: string } {
  const { host, owner, repo } = repositoryName(repository);
  return host === 'github.com' ? { url: `https://${owner.toLowerCase()}.github.io/${repo}/` } : {};
}
