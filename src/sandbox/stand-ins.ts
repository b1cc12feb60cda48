import { fileURLToPath } from 'node:url';
import { INDEX_OWNER } from './people.ts';
import type { SandboxProject } from './project-file.ts';
import type { Servers } from './servers.ts';

/** What runs in the place of the workflows' steps; each a program of Node's. */
export interface Jobs {
  readonly publish?: string;
  readonly build?: string;
}

const JOBS = {
  publish: fileURLToPath(new URL('jobs/publish.ts', import.meta.url)),
  build: fileURLToPath(new URL('jobs/build.ts', import.meta.url)),
};

/** The workflows that a project names get somebody to do their steps, and the one that publishes is trusted by the index. */
export function standInForWorkflows(
  { github, index }: Pick<Servers, 'github' | 'index'>,
  { file }: SandboxProject,
  { owner, name, tools, jobs = {} }: { owner: string; name: string; tools: string; jobs?: Jobs },
): void {
  const env = { SLIPWAY_TOOLS: tools, SANDBOX_INDEX: index.url };
  const programs = { ...JOBS, ...jobs };
  const { build, publish } = file;
  if (build?.via === 'workflow' && build.workflow)
    github.standIn(owner, name, build.workflow.file, { program: programs.build, env });
  const { via, workflow } = publish?.index ?? {};
  if (via !== 'workflow' || !workflow) return;
  github.standIn(owner, name, workflow.file, { program: programs.publish, env });
  index.trust({
    project: String(file.package ?? file.project),
    user: INDEX_OWNER,
    issuer: github.issuer,
    repository: `${owner}/${name}`,
    workflow: workflow.file,
    environment: workflow.environment ?? null,
  });
}
