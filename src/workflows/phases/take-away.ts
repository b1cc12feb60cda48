import { type RollbackFacts, retagVersion } from '../../domain/rollback.ts';
import { yankGuide } from '../../domain/rollback-words.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import type { Run } from '../run.ts';
import { look, may, omit, tell } from '../step.ts';
import { approvalOf } from './release.ts';

/** An index has no API for it: the run says where, what to paste and who may, and goes on by itself once every file is yanked. */
export async function yank(run: Run, facts: RollbackFacts): Promise<void> {
  const { context, state } = run;
  const { project, version } = context;
  const { name } = project.publish.index;
  const id = 'release.yank';
  const title = `Yank ${version} on ${name}`;
  if (!facts.yank) return void (await omit(run, { id, title }, `${name} has no files of ${version}`));
  const { page, owners } = facts.yank;
  const { reason } = state.request as RollbackRequest;
  await may(run, { id, title }, (using) => {
    state.links.yank = page;
    const evidence = [
      { name: 'page', url: page },
      { name: 'reason to paste', value: reason },
      ...owners.map((owner) => ({ name: 'who may', value: owner })),
    ];
    tell(run, id, { summary: yankGuide({ package: project.package, facts, reason }), evidence });
    const { files } = facts.manifest;
    return look(run, id, `the yank of ${project.package} ${version} on ${name}`, () =>
      using.waiting(run.waits.reviewEvery).awaitYanked({ ...context, files }),
    );
  });
}

/** Tags are kept, unless somebody wants what the procedures document says to the letter. */
export async function tags(run: Run, facts: RollbackFacts): Promise<void> {
  const { bad, good } = facts;
  const id = 'release.tags';
  if ((run.state.request as RollbackRequest).tags === 'keep')
    return void (await omit(run, { id, title: 'Tags' }, `${bad.tag} stays: what was released keeps its name`));
  const title = `Delete ${bad.tag}, tag ${good ? retagVersion(good.version) : 'the last good release'} anew`;
  await may(run, { id, title }, (using) =>
    using.publish.ensureRetagged({ ...run.context, facts: { bad, good }, approval: approvalOf(run) }),
  );
}
