import { hasEnded, tellProgress } from '../../domain/dispatch/own-run.ts';
import { judgePublishing } from '../../domain/dispatch/publishing-verdict.ts';
import { filesInput, filled, PUBLISH_INPUTS } from '../../domain/dispatch/workflow-inputs.ts';
import { Problem } from '../../domain/problem.ts';
import type { IndexTarget, WorkflowJob } from '../../domain/project.ts';
import { type Comparison, compareFiles } from '../../domain/publication.ts';
import type { Manifest } from '../../domain/run/state.ts';
import { toPep440 } from '../../domain/version.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { DispatchActivities } from '../contract/dispatch.ts';
import type { ReleaseContext } from '../index.ts';
import type { GitHubAccess } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { type Dispatch, ensureDispatched, ownRunsOf } from './dispatching.ts';
import { READ_BACKS } from './index-files.ts';
import { assertApproved } from './proofs.ts';
import { required } from './pull-request.ts';
import { assertAssets, type DraftAsked, ensureDraft } from './release-draft.ts';

/** The index by a job of the project's own: it gets the approved files, and what the index then holds is compared with them. */
export function publishJobActivities(
  deps: PublishDeps,
): Pick<DispatchActivities, 'ensurePublishDispatched' | 'awaitPublishedByJob'> {
  const { github, index } = deps;

  return {
    async ensurePublishDispatched({ approval, attempt, target, ...asked }) {
      await assertApproved(deps, { ...asked, approval });
      const { commit, manifest, project, version } = asked;
      const access = await required(deps, project);
      const workflow = workflowOf(target);
      const tag = tagOf(version, project.version.tag);
      const dispatch: Dispatch = {
        ...{ context: asked, workflow, attempt, own: PUBLISH_INPUTS },
        purpose: { part: 'publish', commit, manifest: manifest.digest },
        ref: `refs/${workflow.ref === null ? `tags/${tag}` : refNamed(filled(workflow.ref, version, project.version.tag), tag)}`,
        inputs: async () => ({ tag, release: String(await draftOf(access, asked)), files: filesInput(manifest.files) }),
      };
      const url = index.pageUrl(target, project.package, toPep440(version));
      const underWay = (await ownRunsOf(deps, access, dispatch)).some((run) => !hasEnded(run));
      const there = await compared(asked, target, manifest);
      if (!underWay && there.missing.length === 0 && there.conflicting.length + there.unexpected.length === 0)
        return {
          url,
          job: null,
          summary: `${target.name} holds all ${manifest.files.length} files already`,
          adopted: true,
        };
      if (!underWay && (there.conflicting.length > 0 || there.unexpected.length > 0))
        throw refusal(judgePublishing({ run: { conclusion: null, url }, there, target: target.name, version }));
      const { job, fresh } = await ensureDispatched(deps, access, dispatch);
      return {
        url,
        job,
        summary: `${workflow.file} ${fresh ? 'was dispatched' : 'was dispatched before'} on ${tag}: ${job.url}`,
      };
    },

    async awaitPublishedByJob({ job, manifest, target, ...context }) {
      const access = await required(deps, context.project);
      const run = await github.workflowRun(access, job.run);
      const { file } = workflowOf(target);
      if (!hasEnded(run)) throw new Problem('not-yet', `${tellProgress(run, file)}: ${run.url}`);
      const there = await settled(context, target, manifest);
      const verdict = judgePublishing({ run, there, target: target.name, version: context.version });
      if (verdict.kind === 'refused') throw refusal(verdict, await github.failedJobs(access, job.run));
      const names = manifest.files.map(({ name }) => name).join(', ');
      return {
        url: index.pageUrl(target, context.project.package, toPep440(context.version)),
        summary: `${names} on ${target.name} by ${file}${verdict.note === null ? '' : `: ${verdict.note}`}`,
        adopted: verdict.note !== null,
        evidence: [{ name: 'job', url: job.url }],
      };
    },
  };

  /** The files are where the job fetches them. */
  async function draftOf(access: GitHubAccess, asked: DraftAsked): Promise<number> {
    const all = await github.releases(access, tagOf(asked.version, asked.project.version.tag));
    const published = all.find((release) => !release.draft);
    if (!published) return (await ensureDraft(deps, access, { all, asked, files: asked.manifest.files })).release.id;
    await assertAssets(deps, access, { release: published, files: asked.manifest.files });
    return published.id;
  }

  async function compared(context: ReleaseContext, target: IndexTarget, manifest: Manifest): Promise<Comparison> {
    const { project, version } = context;
    return compareFiles(manifest.files, (await index.files(target, project.package, toPep440(version))) ?? []);
  }

  /** An index may show a file a little after it took it. */
  async function settled(context: ReleaseContext, target: IndexTarget, manifest: Manifest): Promise<Comparison> {
    let there: Comparison | undefined;
    for (const wait of READ_BACKS) {
      await deps.pause(wait);
      there = await compared(context, target, manifest);
      if (there.missing.length === 0 || there.conflicting.length > 0) break;
    }
    return there!;
  }
}

type Refused = Extract<ReturnType<typeof judgePublishing>, { kind: 'refused' }>;

function refusal(verdict: ReturnType<typeof judgePublishing>, failedJobs: readonly string[] = []): Problem {
  const { code, message } = verdict as Refused;
  return new Problem(code, message, { faults: failedJobs.map((name) => `the job ${name} did not succeed`) });
}

function workflowOf({ name, workflow }: IndexTarget): WorkflowJob {
  if (workflow) return workflow;
  throw new Problem('project-invalid', `no workflow publishes to ${name}`);
}

/** What is no tag of this release is a branch. */
function refNamed(ref: string, tag: string): string {
  return ref === tag ? `tags/${ref}` : `heads/${ref}`;
}
