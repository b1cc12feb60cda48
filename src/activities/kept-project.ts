import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Project } from '../domain/project.ts';
import type { ArtifactRef } from '../domain/run/state.ts';
import type { ArtifactStore } from './ports.ts';

const REMEMBERED = 100;

/** Keeps the project as a run freezes it, for `keptProjects`. */
export function keepProject(store: Pick<ArtifactStore, 'put'>, project: Project): Promise<ArtifactRef> {
  return store.put('project.json', JSON.stringify(project));
}

/**
 * Puts the frozen project into the input of an activity that names it by where it is kept (src/workflows/thrift.ts). Its digest is
 * checked when it is read; one that is missing or damaged is a problem of the step.
 */
export function keptProjects(store: Pick<ArtifactStore, 'text'>): ActivityInterceptorsFactory {
  const known = new Map<string, Project>();
  const read = async ({ digest }: ArtifactRef): Promise<Project> => {
    const project = known.get(digest) ?? (JSON.parse(await store.text(digest)) as Project);
    known.delete(digest);
    known.set(digest, project); // the newest last
    if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
    return project;
  };
  return () => ({
    inbound: {
      async execute(input, next) {
        const kept = keptIn(input.args[0]);
        if (!kept) return next(input);
        const [first, ...others] = input.args as [object, ...unknown[]];
        return next({ ...input, args: [{ ...first, project: await read(kept) }, ...others] });
      },
    },
  });
}

function keptIn(argument: unknown): ArtifactRef | undefined {
  return (argument as { project?: { kept?: ArtifactRef } } | null | undefined)?.project?.kept;
}
