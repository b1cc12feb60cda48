import { confinementOf } from '../../domain/confinement.ts';
import type { Project } from '../../domain/project.ts';
import type { EnvironmentRecipe } from '../index.ts';
import type { Environment } from '../ports.ts';
import { bundlesOf, repositoryOf } from '../repository.ts';
import type { BuildDeps } from './deps.ts';

export interface ReadyEnvironment {
  /** The checkout that editable installs point to. */
  readonly checkout: string;
  readonly venv: string;
  readonly env: Environment;
}

/** The environment of a recipe on this worker, made where it is not there yet; what it took is in the store. */
export async function environmentOf(
  deps: BuildDeps,
  { project, recipe }: { readonly project: Project; readonly recipe: EnvironmentRecipe },
  made: (facts: {
    version: string;
    packages: { name: string; digest: `sha256:${string}`; size: number };
  }) => void = () => undefined,
): Promise<ReadyEnvironment> {
  const { builder, git, workspaces } = deps;
  const { python, install, pretend } = recipe;
  const key = `environment ${recipe.candidate.commit} ${python ?? ''} ${JSON.stringify(install)}`;
  const { folder } = await workspaces.shared(key, async (workspace) => {
    const repository = await repositoryOf(deps, bundlesOf(recipe));
    const checkout = `${workspace.folder}/checkout`;
    await git.checkout(repository, recipe.candidate.commit, checkout, { withGit: true });
    const wanted = { python, cwd: checkout, install, env: pretend, confinement: confinementOf(project) };
    made(await builder.environment(`${workspace.folder}/venv`, wanted));
  });
  return { checkout: `${folder}/checkout`, venv: `${folder}/venv`, env: pretend };
}
