import { createHash } from 'node:crypto';
import { type BuiltFile, faultsOfBuilt, isDistribution } from '../../domain/dispatch/built-file.ts';
import { hasEnded, tellProgress } from '../../domain/dispatch/own-run.ts';
import { BUILD_INPUTS, filled } from '../../domain/dispatch/workflow-inputs.ts';
import { Problem } from '../../domain/problem.ts';
import type { Project } from '../../domain/project.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import { toPep440 } from '../../domain/version.ts';
import type { DispatchActivities } from '../contract/dispatch.ts';
import type { GitHubAccess, WorkflowArtifact } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { ensureDispatched } from './dispatching.ts';
import { required } from './pull-request.ts';

/** What an index takes of one project by default is no more. */
const LARGEST = 1024 * 1024 * 1024;

/** Files that a job of the project's own builds: looked into one by one before anybody signs them; nothing of theirs is run here. */
export function buildJobActivities(
  deps: PublishDeps,
): Pick<DispatchActivities, 'ensureBuildDispatched' | 'awaitBuiltByJob' | 'takeBuiltFiles'> {
  const { distributions, github, store, workspaces } = deps;

  return {
    async ensureBuildDispatched({ attempt, candidate, ref, ...context }) {
      const { project, version } = context;
      const { workflow } = buildOf(project);
      const access = await required(deps, project);
      const wanted = workflow.ref === null ? ref : `refs/heads/${filled(workflow.ref, version, project.version.tag)}`;
      const { job, fresh } = await ensureDispatched(deps, access, {
        ...{ context, workflow, attempt, own: BUILD_INPUTS, ref: wanted },
        purpose: { part: 'build', commit: candidate.commit, manifest: null },
        inputs: () => Promise.resolve({ version: toPep440(version) }),
      });
      return { job, summary: `${workflow.file} ${fresh ? 'was dispatched' : 'was dispatched before'}: ${job.url}` };
    },

    async awaitBuiltByJob({ job, project }) {
      const access = await required(deps, project);
      const { file } = buildOf(project).workflow;
      const run = await github.workflowRun(access, job.run);
      if (!hasEnded(run)) throw new Problem('not-yet', `${tellProgress(run, file)}: ${run.url}`);
      if (run.conclusion === 'success') return { summary: `${file} succeeded` };
      const faults = (await github.failedJobs(access, job.run)).map((name) => `the job ${name} did not succeed`);
      throw new Problem('workflow-failed', `${file} ended as ${run.conclusion} (${run.url})`, { faults });
    },

    async takeBuiltFiles({ job, project, version }) {
      const access = await required(deps, project);
      const sdist = buildOf(project).sdist === 'workflow';
      const found = new Map<string, ArtifactRef>();
      const faults: string[] = [];
      for (const artifact of await github.workflowArtifacts(access, job.run)) {
        for (const { kept, faults: own } of await filesOf(access, artifact, {
          package: project.package,
          version,
          sdist,
        })) {
          const other = found.get(kept.name);
          if (other && other.digest !== kept.digest) faults.push(`${kept.name} is there twice, with other bytes`);
          found.set(kept.name, kept);
          faults.push(...own);
        }
      }
      const files = [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
      if (!files.some(({ name }) => name.endsWith('.whl'))) faults.push('the job left no wheel in its artifacts');
      const sdists = files.filter(({ name }) => !name.endsWith('.whl'));
      if (sdist && sdists.length !== 1)
        faults.push(`the job left ${sdists.length} source distributions: one is wanted`);
      if (faults.length > 0) throw new Problem('built-file-refused', `${faults.join('; ')} (${job.url})`, { faults });
      return {
        files,
        summary: files.map(({ name }) => name).join(', '),
        evidence: [
          { name: 'job', url: job.url },
          ...files.map((file) => ({ name: file.name, value: file.digest, artifact: file })),
        ],
      };
    },
  };

  async function filesOf(
    access: GitHubAccess,
    artifact: WorkflowArtifact,
    wanted: Parameters<typeof faultsOfBuilt>[1],
  ) {
    if (artifact.expired) throw new Problem('built-file-refused', `the artifact ${artifact.name} has expired`);
    if (artifact.size > LARGEST)
      throw new Problem('built-file-refused', `the artifact ${artifact.name} is larger than ${LARGEST} bytes`);
    const workspace = await workspaces.open();
    try {
      const zip = `${workspace.folder}/${artifact.id}.zip`;
      await github.downloadWorkflowArtifact(access, artifact, zip);
      const arrived = await store.putFile(`${artifact.name}.zip`, zip);
      if (artifact.digest !== null && artifact.digest !== arrived.digest)
        throw new Problem(
          'github-unreachable',
          `the artifact ${artifact.name} arrived as ${arrived.digest}, and GitHub says ${artifact.digest}`,
        );
      const names = await distributions.unpack(zip, workspace.folder, isDistribution);
      const files = [];
      for (const name of names) {
        const path = `${workspace.folder}/${name}`;
        const faults = faultsOfBuilt(await lookedInto(name, path), wanted);
        files.push({ kept: await store.putFile(name, path), faults });
      }
      return files;
    } finally {
      await workspace.dispose();
    }
  }

  async function lookedInto(name: string, path: string): Promise<BuiltFile> {
    const members = await distributions.members(path);
    return {
      name,
      members: new Map(
        [...members].map(([member, content]) => [
          member,
          { size: content.length, sha256: createHash('sha256').update(content).digest('base64url') },
        ]),
      ),
      text: (member) => {
        const content = members.get(member);
        return content && Buffer.from(content).toString('utf8');
      },
    };
  }
}

function buildOf({ build, project }: Project): NonNullable<Project['build']> {
  if (build) return build;
  throw new Problem('project-invalid', `no workflow builds ${project}`);
}
