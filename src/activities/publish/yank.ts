import { Problem } from '../../domain/problem.ts';
import { yankedOf } from '../../domain/rollback.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import { toPep440 } from '../../domain/version.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { PublishDeps } from './deps.ts';

type Asked = ReleaseContext & { readonly files: readonly ArtifactRef[] };

/** Only a person can yank, on the index's own pages: here it is seen. */
export function yankActivities({ index }: PublishDeps): Pick<PublishActivities, 'awaitYanked' | 'lookAtYank'> {
  return {
    async awaitYanked(asked) {
      const { project, version, files } = asked;
      const { yanked, deleted, left, reason } = await look(asked);
      if (left.length > 0)
        throw new Problem(
          'not-yet',
          `${left.join(', ')} of ${version} on ${project.publish.index.name}: not yanked yet`,
        );
      const said = reason === undefined ? '' : `: "${reason}"`;
      return {
        summary: [
          ...(yanked.length > 0 ? [`${yanked.length} of ${files.length} files yanked${said}`] : []),
          ...(deleted.length > 0 ? [`deleted instead of yanked: ${deleted.join(', ')}`] : []),
        ].join('; '),
        evidence: [
          { name: 'yanked files', value: yanked.length },
          { name: 'deleted files', value: deleted.length },
        ],
      };
    },

    async lookAtYank(asked) {
      const { left } = await look(asked);
      return {
        back: left,
        summary: left.length === 0 ? 'every file is still yanked' : `un-yanked meanwhile: ${left.join(', ')}`,
      };
    },
  };

  async function look({ project, version, files }: Asked) {
    const there = (await index.files(project.publish.index, project.package, toPep440(version))) ?? [];
    return yankedOf(files, there);
  }
}
