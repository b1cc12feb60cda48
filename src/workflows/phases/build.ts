import type { EnvironmentRecipe } from '../../activities/index.ts';
import type { Project } from '../../domain/project.ts';
import type { ReleaseRequest } from '../../domain/run/request.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import { branchFor } from '../../domain/stage-rules.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { Run } from '../run.ts';
import { must, together } from '../step.ts';
import { takeOver } from './adopt.ts';
import { attemptOf, watched } from './job.ts';
import type { Prepared } from './prepare.ts';

const BUILD_LIMIT = 900;

/** The only build of the run: its bytes are what is tested, signed and shipped, but for files that are out already. */
export async function build(run: Run, prepared: Prepared, recipe: EnvironmentRecipe): Promise<readonly ArtifactRef[]> {
  // A dry run pushes nothing, so no workflow could see the commit: the worker builds.
  const by = (run.state.request as ReleaseRequest).dryRun ? undefined : run.context.project.build;
  const built = by ? await builtByBoth(run, prepared, { recipe, by }) : await builtByWorker(run, recipe);
  return prepared.adoption ? takeOver(run, built) : built;
}

async function builtByWorker(run: Run, recipe: EnvironmentRecipe): Promise<readonly ArtifactRef[]> {
  const { files } = await must(run, { id: 'test.build', title: 'Build sdist and wheel, once' }, (using) =>
    using.build(BUILD_LIMIT).buildPackage({ ...run.context, recipe }),
  );
  return files;
}

/** Wheels by the project's own workflow, the source distribution beside them. */
async function builtByBoth(
  run: Run,
  prepared: Prepared,
  { by, recipe }: { by: NonNullable<Project['build']>; recipe: EnvironmentRecipe },
): Promise<readonly ArtifactRef[]> {
  const [wheels, sdist] = await together([
    builtByWorkflow(run, prepared, { by, recipe }),
    by.sdist === 'worker' ? sdistByWorker(run, recipe) : Promise.resolve([]),
  ]);
  return [...wheels, ...sdist];
}

async function sdistByWorker(run: Run, recipe: EnvironmentRecipe): Promise<readonly ArtifactRef[]> {
  const { files } = await must(run, { id: 'test.build', title: 'Build the source distribution, once' }, (using) =>
    using.build(BUILD_LIMIT).buildPackage({ ...run.context, recipe, sdistOnly: true }),
  );
  return files;
}

async function builtByWorkflow(
  run: Run,
  { adoption }: Prepared,
  { by, recipe }: { by: NonNullable<Project['build']>; recipe: EnvironmentRecipe },
): Promise<readonly ArtifactRef[]> {
  const { context } = run;
  const { candidate } = recipe;
  const { file } = by.workflow;
  const id = 'test.build-workflow';
  const ref = adoption
    ? `refs/tags/${tagOf(context.version, context.project.version.tag)}`
    : `refs/heads/${branchFor(context)}`;
  const { files } = await must(run, { id, title: `Build by ${file}`, late: 'workflow-slow' }, async (using) => {
    const attempt = attemptOf(run, id);
    const job = await watched(run, id, {
      entry: { part: 'build', commit: candidate.commit, manifest: null },
      file,
      begin: () => using.upload.ensureBuildDispatched({ ...context, candidate, ref, attempt }),
      watch: async (begun) => {
        const { workflow, workflowEvery } = run.waits;
        await using.waitingAtMost(workflowEvery, workflow).awaitBuiltByJob({ ...context, job: begun });
        return begun;
      },
    });
    return using.upload.takeBuiltFiles({ ...context, job: job! });
  });
  return files;
}
