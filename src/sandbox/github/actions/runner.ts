import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { baseEnvironment, type StartedCommand, start } from '../../../clients/command.ts';
import { eventPayload } from '../events.ts';
import { isoSeconds, readCommit } from '../git/objects.ts';
import type { Repository } from '../repository.ts';
import { workflowRunShape, workflowShape } from '../shapes/workflow.ts';
import type { World } from '../world.ts';
import type { Identity } from './identity.ts';
import type { WorkflowRunRecord } from './run-record.ts';
import type { WorkflowAt } from './workflow-at.ts';

/** What is run in the place of a workflow's steps: a program of Node's, with what it needs to know besides GitHub's own variables. */
export interface StandIn {
  readonly program: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const BOT = 'github-actions[bot]';
const LIMIT_SECONDS = 600;

/** Runs dispatched workflows: each as a process of its own with a log, a token of its own and an identity of its own. */
export class Runner {
  readonly #standIns = new Map<string, StandIn>();
  readonly #running = new Map<number, { cancelled: boolean; process?: StartedCommand }>();
  readonly #jobs = new Set<Promise<void>>();
  readonly #folder: string;
  readonly identity: Identity;

  constructor(folder: string, identity: Identity) {
    this.#folder = folder;
    this.identity = identity;
  }

  standIn(repository: Repository, file: string, standIn: StandIn): void {
    this.#standIns.set(`${repository.fullName} ${file}`, standIn);
  }

  /** After the answer to the dispatch. */
  begin(world: World, repository: Repository, dispatched: { run: WorkflowRunRecord; workflow: WorkflowAt }): void {
    this.#running.set(dispatched.run.id, { cancelled: false });
    const job = this.#run(world, repository, dispatched).finally(() => this.#jobs.delete(job));
    this.#jobs.add(job);
  }

  cancel(run: number): void {
    const running = this.#running.get(run);
    if (!running) return;
    running.cancelled = true;
    void running.process?.end();
  }

  async close(): Promise<void> {
    for (const run of this.#running.keys()) this.cancel(run);
    await Promise.all(this.#jobs);
  }

  artifactFile(id: number): string {
    return join(this.#folder, 'artifacts', `${id}.zip`);
  }

  logFile(run: number): string {
    return join(this.#folder, 'logs', `${run}.log`);
  }

  async #run(
    world: World,
    repository: Repository,
    { run, workflow }: { run: WorkflowRunRecord; workflow: WorkflowAt },
  ): Promise<void> {
    await changed(repository, run, { status: 'in_progress', startedAt: isoSeconds(new Date()) });
    const conclusion = await this.#work(world, repository, { run, workflow }).catch((error: unknown) => {
      console.error('sandbox GitHub: the runner failed', error);
      return 'failure';
    });
    this.#running.delete(run.id);
    await changed(repository, run, { status: 'completed', conclusion });
    const details = {
      action: 'completed',
      workflow: workflowShape(world, repository, workflow),
      workflow_run: workflowRunShape(world, repository, run, await readCommit(repository.git, run.sha)),
    };
    const payload = eventPayload(world, repository, run.actor, details);
    world.webhooks.fire(null, repository, { event: 'workflow_run', action: 'completed', payload });
  }

  async #work(
    world: World,
    repository: Repository,
    { run, workflow }: { run: WorkflowRunRecord; workflow: WorkflowAt },
  ): Promise<string> {
    const running = this.#running.get(run.id)!;
    const standIn = this.#standIns.get(`${repository.fullName} ${run.file}`);
    mkdirSync(dirname(this.logFile(run.id)), { recursive: true });
    if (!standIn) {
      writeFileSync(this.logFile(run.id), `nothing stands in for the steps of ${run.file}\n`);
      return 'failure';
    }
    const folder = join(this.#folder, 'work', String(run.id));
    mkdirSync(join(folder, 'artifacts'), { recursive: true });
    writeFileSync(join(folder, 'event.json'), JSON.stringify({ inputs: run.inputs, ref: run.ref }));
    const ours = world.people.issue(BOT, ['write']);
    const asked = this.identity.admit(claimsOf(repository, run, workflow));
    try {
      running.process = await start(process.execPath, [standIn.program], {
        cwd: folder,
        env: {
          ...{ ...baseEnvironment(), ...standIn.env, ...variables(world, repository, { run, folder }) },
          ...{ GITHUB_TOKEN: ours.token, ACTIONS_ID_TOKEN_REQUEST_URL: asked.url },
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: asked.token,
        },
        logFile: this.logFile(run.id),
        secrets: [ours.token, asked.token],
        tree: 'kill-with-us',
        timeoutSeconds: LIMIT_SECONDS,
      });
      if (running.cancelled) void running.process.end();
      const { exitCode } = await running.process.exited;
      if (running.cancelled) return 'cancelled';
      await this.#keepArtifacts(repository, run, join(folder, 'artifacts'));
      return exitCode === 0 ? 'success' : 'failure';
    } finally {
      ours.end();
      asked.end();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** Every folder that the job left is an artifact of that name. */
  async #keepArtifacts(repository: Repository, run: WorkflowRunRecord, folder: string): Promise<void> {
    const kept = readdirSync(folder).map((name) => {
      const files = readdirSync(join(folder, name)).filter((file) => statSync(join(folder, name, file)).isFile());
      const zip = zipSync(
        Object.fromEntries(files.map((file) => [file, new Uint8Array(readFileSync(join(folder, name, file)))])),
      );
      const id = repository.newId();
      mkdirSync(join(this.#folder, 'artifacts'), { recursive: true });
      writeFileSync(this.artifactFile(id), zip);
      const digest = `sha256:${createHash('sha256').update(zip).digest('hex')}`;
      return { id, name, size: zip.length, digest, createdAt: isoSeconds(new Date()) };
    });
    await changed(repository, run, { artifacts: kept });
  }
}

async function changed(repository: Repository, run: WorkflowRunRecord, change: Partial<WorkflowRunRecord>) {
  await repository.alone(async () => {
    Object.assign(run, change, { updatedAt: isoSeconds(new Date()) });
  });
}

/** As documented for every step of GitHub's own runners. */
function variables(world: World, repository: Repository, { run, folder }: { run: WorkflowRunRecord; folder: string }) {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: run.actor,
    GITHUB_API_URL: world.api,
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_REF: run.ref,
    GITHUB_REF_NAME: shortRef(run.ref),
    GITHUB_REPOSITORY: repository.fullName,
    GITHUB_RUN_ID: String(run.id),
    GITHUB_SERVER_URL: world.html,
    GITHUB_SHA: run.sha,
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    SANDBOX_ARTIFACTS: join(folder, 'artifacts'),
  };
}

function claimsOf(repository: Repository, run: WorkflowRunRecord, workflow: WorkflowAt) {
  const { record, fullName } = repository;
  const environment = workflow.jobs.find((job) => job.environment !== null)?.environment;
  const workflowRef = `${fullName}/.github/workflows/${run.file}@${run.ref}`;
  return {
    sub: environment ? `repo:${fullName}:environment:${environment}` : `repo:${fullName}:ref:${run.ref}`,
    repository: fullName,
    repository_id: String(record.id),
    repository_owner: record.owner,
    repository_owner_id: '1',
    ref: run.ref,
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    sha: run.sha,
    workflow: workflow.name,
    workflow_ref: workflowRef,
    job_workflow_ref: workflowRef,
    event_name: 'workflow_dispatch',
    actor: run.actor,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: '1',
    runner_environment: 'github-hosted',
    ...(environment ? { environment } : {}),
  };
}

export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, '');
}
