import { combinedConclusion } from '../commit-checks.ts';
import { type Commit, isoSeconds } from '../git/objects.ts';
import type { CheckRunRecord } from '../record.ts';
import type { Repository } from '../repository.ts';
import type { World } from '../world.ts';
import { nodeId } from './node-id.ts';
import { pullUrl } from './pull.ts';
import { minimalRepositoryShape, repositoryPage, repositoryUrl } from './repository.ts';
import { userShape } from './user.ts';

/** The GitHub App behind a bot's account. */
export function appShape(world: World, login: string) {
  const { id, name } = world.people.account(login);
  const slug = login.replace(/\[bot\]$/, '');
  return {
    id,
    slug,
    node_id: nodeId('A', id),
    owner: userShape(world, login),
    name,
    description: null,
    external_url: world.html,
    html_url: `${world.html}/apps/${slug}`,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    permissions: { checks: 'write', contents: 'write', metadata: 'read' },
    events: [],
  };
}

export function checkRunShape(world: World, repository: Repository, run: CheckRunRecord) {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const page = `${repositoryPage(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite },
    app: appShape(world, run.app),
    pull_requests: pullsOf(world, repository, run.sha),
  };
}

export function checkSuiteShape(world: World, repository: Repository, runs: readonly CheckRunRecord[], commit: Commit) {
  const { suite, app, startedAt } = runs[0]!;
  const url = `${repositoryUrl(world, repository)}/check-suites/${suite}`;
  const pulls = repository.pulls().filter((issue) => issue.pull.head.sha === commit.sha);
  const person = ({ name, email }: { name: string; email: string }) => ({ name, email });
  return {
    id: suite,
    node_id: nodeId('CS', suite),
    head_branch: pulls[0]?.pull.head.ref ?? null,
    head_sha: commit.sha,
    ...combinedConclusion(runs),
    url,
    before: commit.parents[0] ?? null,
    after: commit.sha,
    pull_requests: pullsOf(world, repository, commit.sha),
    app: appShape(world, app),
    repository: minimalRepositoryShape(world, repository),
    created_at: startedAt,
    updated_at:
      runs
        .map((run) => run.completedAt ?? run.startedAt)
        .sort()
        .at(-1) ?? isoSeconds(new Date()),
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: person(commit.author),
      committer: person(commit.committer),
    },
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
  };
}

function pullsOf(world: World, repository: Repository, sha: string) {
  const { id, name } = repository.record;
  const repo = { id, url: repositoryUrl(world, repository), name };
  const open = repository.pulls().filter((issue) => issue.state === 'open' && issue.pull.head.sha === sha);
  return open.map(({ number, pull }) => ({
    url: pullUrl(world, repository, number),
    id: pull.id,
    number,
    head: { ...pull.head, repo },
    base: { ...pull.base, repo },
  }));
}
