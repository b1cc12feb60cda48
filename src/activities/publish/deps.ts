import { permissionsFor } from '../../domain/app-permissions.ts';
import type { Project } from '../../domain/project.ts';
import { apiUrlOf, repositoryName } from '../../domain/repository-name.ts';
import type { Procedure } from '../../domain/run/request.ts';
import type { ReleaseContext } from '../index.ts';
import type {
  ActionsReads,
  ActionsWrites,
  AppAccess,
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
  Installations,
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
  readonly installations: Installations;
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
  deps: Pick<PublishDeps, 'credentials' | 'installations'>,
  project: Project,
): Promise<GitAccess> {
  return { url: project.repository, ...(await githubToken(deps, project)) };
}

/** A token of this attempt: as its file holds it, or one that GitHub gives the App. */
async function githubToken(
  deps: Pick<PublishDeps, 'credentials' | 'installations'>,
  project: Project,
): Promise<{ token?: string; renew?: () => Promise<string> }> {
  const { github } = project.publish;
  if (!github) return {};
  const app = await appAccess(deps, project);
  if (app) return deps.installations.token(app, permissionsFor(project));
  return { token: await deps.credentials.read(github.credential) };
}

/** The GitHub App that the project publishes as, if it does. */
export async function appAccess(
  { credentials }: Pick<PublishDeps, 'credentials'>,
  project: Project,
): Promise<AppAccess | undefined> {
  const { github } = project.publish;
  if (!github?.app) return undefined;
  return { ...placeOf(project, github), ...github.app, key: await credentials.key(github.credential) };
}

function placeOf({ repository }: Project, { apiUrl }: NonNullable<Project['publish']['github']>) {
  const name = repositoryName(repository);
  return { apiUrl: apiUrl ?? apiUrlOf(name), owner: name.owner, repo: name.repo };
}

/** GitHub with this attempt's credential; undefined where the project does not publish there. */
export async function githubAccess(
  deps: Pick<PublishDeps, 'credentials' | 'installations'>,
  project: Project,
): Promise<GitHubAccess | undefined> {
  const { github } = project.publish;
  if (!github) return undefined;
  const { token = '', ...renewable } = await githubToken(deps, project);
  return { ...placeOf(project, github), token, ...renewable };
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
