import type { Project } from '../../domain/project.ts';
import { apiUrlOf, repositoryName } from '../../domain/repository-name.ts';
import type { Procedure } from '../../domain/run/request.ts';
import type { ReleaseContext } from '../index.ts';
import type {
  ActionsReads,
  ActionsWrites,
  Archive,
  ArtifactStore,
  Credentials,
  Directory,
  DistributionReads,
  Executions,
  GitAccess,
  GitHubAccess,
  GitHubReads,
  GitHubWrites,
  GitLocal,
  GitRemoteReads,
  GitRemoteWrites,
  IndexReads,
  IndexWrites,
  MetricReads,
  NoticeWrites,
  RegistryReads,
  RegistryWrites,
  Workspaces,
} from '../ports.ts';

/** Everything that a publish worker reaches. */
export interface PublishDeps {
  readonly store: ArtifactStore;
  readonly archive: Archive;
  readonly workspaces: Workspaces;
  readonly git: GitLocal;
  readonly remote: GitRemoteReads & GitRemoteWrites;
  readonly index: IndexReads & IndexWrites;
  readonly distributions: DistributionReads;
  readonly github: GitHubReads & GitHubWrites & ActionsReads & ActionsWrites;
  readonly notices: NoticeWrites;
  readonly registry: RegistryReads & RegistryWrites;
  readonly metrics: MetricReads;
  readonly credentials: Credentials;
  readonly directory: Directory;
  readonly executions: Executions;
  /** The execution that the activity at hand is for, as Temporal says it. */
  readonly caller: () => { readonly id: string; readonly runId: string };
  /** Pauses that end early when the activity is cancelled. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

export async function gitAccess(
  { credentials }: Pick<PublishDeps, 'credentials'>,
  project: Project,
): Promise<GitAccess> {
  const { github } = project.publish;
  return github
    ? { url: project.repository, token: await credentials.read(github.credential) }
    : { url: project.repository };
}

/** GitHub with this attempt's credential; undefined where the project does not publish there. */
export async function githubAccess(
  { credentials }: Pick<PublishDeps, 'credentials'>,
  project: Project,
): Promise<GitHubAccess | undefined> {
  const { github } = project.publish;
  if (!github) return undefined;
  const name = repositoryName(project.repository);
  const token = await credentials.read(github.credential);
  return { apiUrl: github.apiUrl ?? apiUrlOf(name), owner: name.owner, repo: name.repo, token };
}

/** A bare repository with everything that the remote has, for one piece of work. */
export async function inClone<R>(
  deps: PublishDeps,
  project: Project,
  act: (folder: string, access: GitAccess) => Promise<R>,
): Promise<R> {
  const access = await gitAccess(deps, project);
  const workspace = await deps.workspaces.open();
  try {
    const folder = `${workspace.folder}/repository.git`;
    await deps.remote.fetch(access, folder);
    return await act(folder, access);
  } finally {
    await workspace.dispose();
  }
}

/** What a hotfix was asked for with. */
export function hotfixOf({ procedure }: ReleaseContext): Extract<Procedure, { kind: 'hotfix' }> {
  if (procedure.kind === 'hotfix') return procedure;
  throw new Error(`${procedure.kind} is no hotfix`);
}

export function head(branch: string): string {
  return `refs/heads/${branch}`;
}
