import type { Project } from '../../domain/project.ts';
import { apiUrlOf, repositoryName } from '../../domain/repository-name.ts';
import type {
  Archive,
  ArtifactStore,
  Credentials,
  Directory,
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
  readonly github: GitHubReads & GitHubWrites;
  readonly notices: NoticeWrites;
  readonly registry: RegistryReads & RegistryWrites;
  readonly credentials: Credentials;
  readonly directory: Directory;
  readonly executions: Executions;
  /** Pauses that end early when the activity is cancelled. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

export async function gitAccess({ credentials }: PublishDeps, project: Project): Promise<GitAccess> {
  const { github } = project.publish;
  return github
    ? { url: project.repository, token: await credentials.read(github.credential) }
    : { url: project.repository };
}

/** GitHub with this attempt's credential; undefined where the project does not publish there. */
export async function githubAccess({ credentials }: PublishDeps, project: Project): Promise<GitHubAccess | undefined> {
  const { github } = project.publish;
  if (!github) return undefined;
  const name = repositoryName(project.repository);
  const token = await credentials.read(github.credential);
  return { apiUrl: github.apiUrl ?? apiUrlOf(name), owner: name.owner, repo: name.repo, token };
}

export function head(branch: string): string {
  return `refs/heads/${branch}`;
}
