import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ActionsReads, ActionsWrites } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { unless } from './failures.ts';
import type { Open } from './octokit.ts';
import { workflowTextOf } from './workflow-text.ts';

const FOLDER = '.github/workflows';

export function actionReads(open: Open): ActionsReads {
  return {
    async workflow(access, file) {
      const { rest, at } = open(access);
      const found = await unless([404], rest.actions.getWorkflow({ ...at, workflow_id: file }), () => undefined);
      return found && { state: found.data.state };
    },

    async workflowText(access, file, ref) {
      const { rest, at } = open(access);
      const asked = rest.repos.getContent({ ...at, path: `${FOLDER}/${file}`, ref });
      const found = await unless([404], asked, () => undefined);
      const content = (found?.data as { content?: unknown } | undefined)?.content;
      if (typeof content !== 'string') return undefined;
      return workflowTextOf(file, Buffer.from(content, 'base64').toString('utf8'));
    },

    async workflowRuns(access, file, since) {
      const { octokit, rest, at } = open(access);
      const asked = { ...at, workflow_id: file, event: 'workflow_dispatch', created: `>=${since}`, per_page: 100 };
      return (await octokit.paginate(rest.actions.listWorkflowRuns, asked)).map(fromGitHub);
    },

    async workflowRun(access, id) {
      const { rest, at } = open(access);
      return fromGitHub((await rest.actions.getWorkflowRun({ ...at, run_id: id })).data);
    },

    async failedJobs(access, run) {
      const { octokit, rest, at } = open(access);
      const jobs = await octokit.paginate(rest.actions.listJobsForWorkflowRun, { ...at, run_id: run, per_page: 100 });
      const fine = ['success', 'skipped', 'neutral', null];
      return jobs.filter(({ conclusion }) => !fine.includes(conclusion)).map(({ name }) => name);
    },

    async workflowArtifacts(access, run) {
      const { octokit, rest, at } = open(access);
      const asked = { ...at, run_id: run, per_page: 100 };
      const all = await octokit.paginate(rest.actions.listWorkflowRunArtifacts, asked);
      return all.map(({ id, name, size_in_bytes: size, digest = null, expired }) => ({
        ...{ id, name, size, digest, expired },
      }));
    },

    /** GitHub leads to another host, to which the token does not go: fetch leaves it out. */
    async downloadWorkflowArtifact(access, { id, name }, path) {
      const { octokit, at } = open(access);
      const { data } = await octokit.request(
        'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
        {
          ...{ ...at, artifact_id: id, archive_format: 'zip' },
          request: { parseSuccessResponseBody: false },
        },
      );
      try {
        await pipeline(Readable.from(data as AsyncIterable<Uint8Array>), createWriteStream(path));
      } catch (error) {
        throw new Problem('github-unreachable', `the download of ${name} broke off`, { cause: error });
      }
    },
  };
}

export function actionWrites(open: Open): ActionsWrites {
  return {
    /** Where `return_run_details` is not known (older Enterprise hosts) the answer is empty, and the run is found in the list. */
    async dispatchWorkflow(access, { file, ref, inputs }) {
      const { rest, at } = open(access);
      const asked = { ...at, workflow_id: file, ref, inputs, return_run_details: true };
      const { data } = await rest.actions.createWorkflowDispatch(asked);
      return { run: (data as { workflow_run_id?: number } | undefined)?.workflow_run_id ?? null };
    },

    async cancelWorkflowRun(access, run) {
      const { rest, at } = open(access);
      await unless([409], rest.actions.cancelWorkflowRun({ ...at, run_id: run }), () => undefined);
    },
  };
}

interface GitHubRun {
  readonly id: number;
  readonly html_url: string;
  readonly display_title: string;
  readonly event: string;
  readonly head_sha: string;
  readonly status: string | null;
  readonly conclusion: string | null;
}

function fromGitHub({ id, html_url: url, display_title: title, event, head_sha: sha, status, conclusion }: GitHubRun) {
  return { id, url, title, event, sha, status: status ?? 'queued', conclusion };
}
