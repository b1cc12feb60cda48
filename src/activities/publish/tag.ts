import { Problem } from '../../domain/problem.ts';
import type { Project } from '../../domain/project.ts';
import { branchFor, goesThroughMain, tagMessageFor } from '../../domain/stage-rules.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { GitAccess } from '../ports.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, head, type PublishDeps } from './deps.ts';
import { assertApproved } from './proofs.ts';

export function tagActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureTagged'> {
  const { git, remote, workspaces } = deps;

  return {
    async ensureTagged({ adopt = false, approval, candidate, commit, ...context }) {
      await assertApproved(deps, { ...context, approval });
      const { project, version } = context;
      const access = await gitAccess(deps, project);
      const tag = tagOf(version, project.version.tag);
      const ref = `refs/tags/${tag}`;
      const key = await signingKey(deps, project);
      const refs = await remote.refs(access, [ref]);
      const there = refs[`${ref}^{}`] ?? refs[ref];
      if (there !== undefined && there !== commit)
        throw new Problem('tag-taken', `${tag} is on ${there}, and what was released is ${commit}`);
      if (there === commit) {
        const object = refs[ref]!;
        const signed = key !== undefined && (await isOurs(context, { ref, object, key, commit, access }));
        if (key !== undefined && !signed && !adopt)
          throw new Problem('tag-taken', `${tag} is on ${commit} already, but is not the tag that this key signs`);
        const how = key === undefined ? '' : signed ? ', signed by our key' : ', without a signature of our key';
        return { tag, object, summary: `${tag} is on ${commit.slice(0, 12)} already${how}`, adopted: true };
      }
      const workspace = await workspaces.open();
      try {
        const folder = `${workspace.folder}/tag.git`;
        const branch = goesThroughMain(context) ? project.branches.main : branchFor(context);
        await remote.fetch(access, folder, [head(branch)]);
        const plain = await tagObject(deps, context, { folder, commit });
        const object = key === undefined ? plain : await git.signTag(folder, plain, key);
        if (key !== undefined && !(await git.signedBy(folder, object, key)))
          throw new Problem('git-refused', `the signature of ${tag} does not verify`);
        await remote.push(access, folder, [{ ref, expected: null, new: object }]);
        return { tag, object, summary: `${tag} on ${commit.slice(0, 12)}${key === undefined ? '' : ', signed'}` };
      } finally {
        await workspace.dispose();
      }
    },
  };

  /** What an earlier attempt pushed: signed by the key, and in everything else the tag that this run makes. */
  async function isOurs(
    context: ReleaseContext,
    {
      ref,
      object,
      key,
      commit,
      access,
    }: { ref: string; object: string; key: string; commit: string; access: GitAccess },
  ): Promise<boolean> {
    const workspace = await workspaces.open();
    try {
      const folder = `${workspace.folder}/tag.git`;
      await remote.fetch(access, folder, [ref]);
      const plain = await tagObject(deps, context, { folder, commit });
      return (await git.signedBy(folder, object, key)) && (await git.unsignedTag(folder, object)) === plain;
    } finally {
      await workspace.dispose();
    }
  }
}

/** The private key that the project's tags are signed by, if they are. */
export async function signingKey({ credentials }: PublishDeps, { publish }: Project): Promise<string | undefined> {
  return publish.tags && credentials.key(publish.tags.sign.key);
}

/** Fixed by the run: every attempt makes the same object. */
export function tagObject(
  { git }: PublishDeps,
  { project, version, procedure, time }: ReleaseContext,
  { folder, commit }: { folder: string; commit: string },
): Promise<string> {
  const name = tagOf(version, project.version.tag);
  return git.tagObject(folder, {
    name,
    target: commit,
    tagger: SLIPWAY,
    time,
    message: tagMessageFor({ version, procedure }),
  });
}
