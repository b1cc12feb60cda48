import { Problem } from '../../domain/problem.ts';
import { retagVersion } from '../../domain/rollback.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { PublishActivities } from '../index.ts';
import { SLIPWAY } from '../slipway.ts';
import { gitAccess, type PublishDeps } from './deps.ts';
import { assertApproved } from './proofs.ts';
import { signingKey } from './tag.ts';

/** What the procedures document says, to the letter: both moves in one push, so that there is never only one of them. */
export function retagActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureRetagged'> {
  const { git, remote, workspaces } = deps;

  return {
    async ensureRetagged({ facts: { bad, good }, approval, ...context }) {
      await assertApproved(deps, { ...context, approval });
      const { project, time } = context;
      if (!good) throw new Problem('retag-refused', 'there is no good release to tag anew');
      const name = tagOf(retagVersion(good.version), project.version.tag);
      const [badRef, newRef] = [`refs/tags/${bad.tag}`, `refs/tags/${name}`];
      const access = await gitAccess(deps, project);
      const refs = await remote.refs(access, [badRef, newRef]);
      const there = refs[badRef];
      const on = refs[`${badRef}^{}`] ?? there;
      if (there !== undefined && on !== bad.commit)
        throw new Problem('tag-taken', `${bad.tag} is on ${on} now, and what was signed off is ${bad.commit}`);
      const workspace = await workspaces.open();
      try {
        const folder = `${workspace.folder}/tags.git`;
        const fetched = [`refs/tags/${good.tag}`, ...(there === undefined ? [] : [badRef])];
        await remote.fetch(access, folder, fetched);
        const message = 'Rollback to stable version';
        const plain = await git.tagObject(folder, { name, target: good.commit, tagger: SLIPWAY, time, message });
        const key = await signingKey(deps, project);
        const object = key === undefined ? plain : await git.signTag(folder, plain, key);
        const found = refs[newRef];
        if (found !== undefined && found !== object)
          throw new Problem('retag-refused', `the tag ${name} is taken meanwhile (${found})`);
        const updates = [
          ...(found === undefined ? [{ ref: newRef, expected: null, new: object }] : []),
          ...(there === undefined ? [] : [{ ref: badRef, expected: there, new: null }]),
        ];
        if (updates.length > 0) await remote.push(access, folder, updates);
        return {
          summary: `${bad.tag} deleted, ${name} on ${good.commit.slice(0, 12)}`,
          adopted: updates.length === 0,
        };
      } finally {
        await workspace.dispose();
      }
    },
  };
}
