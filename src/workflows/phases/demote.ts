import type { RollbackFacts } from '../../domain/rollback.ts';
import type { Run } from '../run.ts';
import { may } from '../step.ts';

/** The GitHub release warns, and "Latest" goes back to the good one. */
export async function demoteRelease(run: Run, { bad, good }: RollbackFacts): Promise<void> {
  if (!run.context.project.publish.github) return;
  await may(run, { id: 'publish.demote-release', title: `Warn on the GitHub release ${bad.tag}` }, (using) =>
    using.publish.ensureReleaseDemoted({ ...run.context, facts: { bad, good } }),
  );
}

/** The version's own tag stays: only `latest` moves. */
export async function demoteImage(run: Run, { good }: RollbackFacts): Promise<void> {
  if (!run.context.project.publish.image) return;
  await may(run, { id: 'publish.demote-image', title: 'The image `latest` back to the good version' }, (using) =>
    using.publish.ensureImageDemoted({ ...run.context, good }),
  );
}

export async function demoteDocs(run: Run, { good }: RollbackFacts): Promise<void> {
  if (!run.context.project.publish.docs) return;
  await may(run, { id: 'publish.demote-docs', title: 'The docs of the good version again' }, (using) =>
    using.upload.ensureDocsDemoted({ ...run.context, good }),
  );
}
