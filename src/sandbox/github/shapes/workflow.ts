import { createHash } from 'node:crypto';
import type { WorkflowArtifactRecord, WorkflowRunRecord } from '../actions/run-record.ts';
import { type WorkflowAt, workflowPath } from '../actions/workflow-at.ts';
import type { Commit } from '../git/objects.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';
import { minimalRepositoryShape, repositoryPage, repositoryUrl } from './repository.ts';
import { userShape } from './user.ts';

const KEPT_DAYS = 90;

export function workflowId(repository: Repository, file: string): number {
  return createHash('sha256').update(`${repository.record.id} ${file}`).digest().readUInt32BE() >>> 4;
}

export function workflowShape(world: World, repository: Repository, { file, name }: Pick<WorkflowAt, 'file' | 'name'>) {
  const id = workflowId(repository, file);
  const { createdAt } = repository.record;
  return {
    id,
    node_id: nodeId('W', id),
    name,
    path: workflowPath(file),
    state: 'active',
    created_at: createdAt,
    updated_at: createdAt,
    url: `${repositoryUrl(world, repository)}/actions/workflows/${id}`,
    html_url: `${repositoryPage(world, repository)}/blob/${repository.record.defaultBranch}/${workflowPath(file)}`,
    badge_url: `${repositoryPage(world, repository)}/workflows/${encodeURIComponent(name)}/badge.svg`,
  };
}

export function runPage(world: World, repository: Repository, id: number): string {
  return `${repositoryPage(world, repository)}/actions/runs/${id}`;
}

export function runUrl(world: World, repository: Repository, id: number): string {
  return `${repositoryUrl(world, repository)}/actions/runs/${id}`;
}

export function workflowRunShape(world: World, repository: Repository, run: WorkflowRunRecord, commit?: Commit) {
  const url = runUrl(world, repository, run.id);
  const workflow = workflowId(repository, run.file);
  const actor = userShape(world, run.actor);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.ref.replace(/^refs\/(?:heads|tags)\//, ''),
    head_sha: run.sha,
    path: workflowPath(run.file),
    display_title: run.title,
    run_number: run.number,
    event: 'workflow_dispatch',
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflow,
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CS', run.id),
    url,
    html_url: runPage(world, repository, run.id),
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    actor,
    run_attempt: 1,
    referenced_workflows: [],
    run_started_at: run.startedAt,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(world, repository)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repositoryUrl(world, repository)}/actions/workflows/${workflow}`,
    head_commit: commit ? headCommit(commit) : null,
    repository: minimalRepositoryShape(world, repository),
    head_repository: minimalRepositoryShape(world, repository),
  };
}

function headCommit({ sha, tree, message, committer, author }: Commit) {
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: committer.date,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

/** The stand-in runs a workflow's steps as one job. */
export function jobShape(world: World, repository: Repository, run: WorkflowRunRecord) {
  const id = run.id;
  const url = `${repositoryUrl(world, repository)}/actions/jobs/${id}`;
  return {
    id,
    run_id: run.id,
    workflow_name: run.name,
    head_branch: run.ref.replace(/^refs\/(?:heads|tags)\//, ''),
    run_url: runUrl(world, repository, run.id),
    run_attempt: 1,
    node_id: nodeId('JOB', id),
    head_sha: run.sha,
    url,
    html_url: `${runPage(world, repository, run.id)}/job/${id}`,
    status: run.status,
    conclusion: run.conclusion,
    created_at: run.createdAt,
    started_at: run.startedAt,
    completed_at: run.status === 'completed' ? run.updatedAt : null,
    name: run.job,
    steps: [],
    check_run_url: `${repositoryUrl(world, repository)}/check-runs/${id}`,
    labels: ['ubuntu-latest'],
    runner_id: 1,
    runner_name: 'sandbox',
    runner_group_id: 1,
    runner_group_name: 'Default',
  };
}

export function artifactShape(
  world: World,
  repository: Repository,
  { run, artifact }: { run: WorkflowRunRecord; artifact: WorkflowArtifactRecord },
) {
  const url = `${repositoryUrl(world, repository)}/actions/artifacts/${artifact.id}`;
  const made = Date.parse(artifact.createdAt);
  const { id } = repository.record;
  return {
    id: artifact.id,
    node_id: nodeId('MDg', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: false,
    digest: artifact.digest,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: new Date(made + KEPT_DAYS * 86_400_000).toISOString(),
    workflow_run: {
      id: run.id,
      repository_id: id,
      head_repository_id: id,
      head_branch: run.ref.replace(/^refs\/(?:heads|tags)\//, ''),
      head_sha: run.sha,
    },
  };
}
