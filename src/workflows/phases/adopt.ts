import type { ArtifactRef } from '../../domain/run/state.ts';
import { tagOf } from '../../domain/version-tag.ts';
import { archiveMeanwhile } from '../ending.ts';
import { enter, type Run } from '../run.ts';
import { must } from '../step.ts';
import { type Prepared, preflight } from './prepare.ts';

/** In the place of prepare, where another tool or a person began: the tag says what is released, and no branch or commit is made. */
export async function adopt(run: Run): Promise<Prepared> {
  enter(run, 'prepare');
  const { context, state } = run;
  await preflight(run);
  const title = `Go on from the tag ${tagOf(context.version, context.project.version.tag)}`;
  const { summary, ...pinned } = await must(run, { id: 'prepare.adopt', title }, (using) =>
    using.publish.pinAdopted(context),
  );
  state.breaking = pinned.source.breaking;
  state.commit = pinned.candidate.commit;
  state.tree = pinned.candidate.tree;
  state.notes = pinned.notes;
  archiveMeanwhile(run);
  return pinned;
}

/** What is out already is compared with what the tag's commit builds, and ships as it is. Nothing is touched before that. */
export async function takeOver(run: Run, built: readonly ArtifactRef[]): Promise<readonly ArtifactRef[]> {
  const spec = { id: 'test.adopt', title: 'Compare what is out with what the tag builds' };
  const { files } = await must(run, spec, (using) => using.upload.takeOverFiles({ ...run.context, built }));
  return files;
}

/** A step of which everything is there. */
export async function found(run: Run, spec: { id: string; title: string }, summary: string): Promise<void> {
  await must(run, spec, () => Promise.resolve({ summary, adopted: true }));
}
