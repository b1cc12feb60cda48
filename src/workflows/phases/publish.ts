import { workflowInfo } from '@temporalio/workflow';
import type { ArtifactRef } from '../../domain/run/state.ts';
import { goesThroughMain, rulesOf } from '../../domain/stage-rules.ts';
import { tagOf } from '../../domain/version-tag.ts';
import { leave } from '../ending.ts';
import { enter, type Run } from '../run.ts';
import { may, must, together } from '../step.ts';
import { found } from './adopt.ts';
import { mergeInto } from './merge-back.ts';
import { approvalOf } from './release.ts';
import { revertMain } from './revert.ts';
import type { Tested } from './test.ts';

/** Everywhere else that users look: the GitHub release, then docs, image and merge-back side by side. */
export async function publishElsewhere(run: Run, tested: Tested, commit: string): Promise<void> {
  enter(run, 'publish');
  await githubRelease(run, tested, commit);
  const left = leave(run); // the next run of the project may merge
  await together([left, docsSite(run, tested.site, commit), image(run, tested, commit), bringBack(run, commit)]);
}

/** What was released comes to the branches that people work on; after a rollback main is reverted first. */
async function bringBack(run: Run, commit: string): Promise<void> {
  const comesBack = goesThroughMain(run.context) || (await revertMain(run, commit));
  if (comesBack) await mergeBack(run);
}

/** A draft with notes and assets, digests checked, published last. */
export async function githubRelease(run: Run, tested: Tested, commit: string): Promise<void> {
  const { context, state } = run;
  if (!context.project.publish.github) return;
  const { adoption, manifest, notes } = tested;
  const own = (adoption?.release ?? 'none') === 'none'; // another's draft is not taken back
  const adopt = adoption ? { adopt: true } : {};
  const published = await must(run, { id: 'publish.github-release', title: 'GitHub release' }, (using) => {
    if (own && !state.undo.some((one) => one.kind === 'draft'))
      state.undo.push({ kind: 'draft', tag: tagOf(context.version, context.project.version.tag) });
    return using.upload.ensureGitHubRelease({
      ...context,
      commit,
      manifest,
      notes,
      approval: approvalOf(run),
      run: workflowInfo().firstExecutionRunId,
      runId: state.runId,
      ...adopt,
    });
  });
  state.links['GitHub release'] = published.url;
}

async function docsSite(run: Run, site: ArtifactRef | null, commit: string): Promise<void> {
  if (!site) return;
  const published = await may(run, { id: 'publish.docs-site', title: 'Publish the docs site' }, (using) =>
    using.upload.ensureDocsPublished({ ...run.context, commit, site }),
  );
  if (published?.url) run.state.links.docs = published.url;
}

export async function image(run: Run, { adoption, image: built }: Tested, commit: string): Promise<void> {
  const spec = { id: 'publish.image', title: 'Publish the container image' };
  if (adoption?.image) return found(run, spec, `${run.context.version} is there at ${adoption.image}`);
  if (!built) return;
  await may(run, spec, (using) =>
    using.upload.ensureImagePublished({ ...run.context, commit, image: built.archive, imageManifest: built.manifest }),
  );
}

/** main comes back into develop; a conflict becomes a pull request that the run waits for. */
async function mergeBack(run: Run): Promise<void> {
  const { context } = run;
  const { branches, publish } = context.project;
  if (!branches.develop || branches.develop === branches.main || !publish.mergeBack) return;
  const id = 'publish.merge-back';
  const merge = { from: { branch: branches.main }, into: branches.develop };
  await may(run, { id, title: `Merge ${branches.main} back into ${branches.develop}` }, (using) =>
    mergeInto(run, using, { id, merge }),
  );
}

/** Which parts of a release its stage leaves out, for the record. */
export function leftOut(run: Run): string[] {
  const rules = rulesOf(run.context);
  return (['rehearsal', 'index', 'image', 'docs', 'checklist'] as const).filter((part) => !rules[part]);
}
