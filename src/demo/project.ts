import type { SandboxProject } from '../sandbox/project-file.ts';
import { sampleProject } from '../sandbox/sample-project.ts';
import { importSample } from '../sandbox/sample-repository.ts';
import type { Sandbox, Seeding } from '../sandbox/sandbox.ts';
import type { Display } from './display.ts';
import type { DemoOptions } from './options.ts';
import { bringOwnProject, NOT_HERE, type OwnProject } from './own-repository.ts';

/** What was brought to the sandbox's GitHub: the sample, or a repository of the person's own. */
export type Brought =
  | { readonly sample: true; readonly repository: string }
  | (OwnProject & { readonly sample: false });

export interface DemoProject {
  readonly name: string;
  readonly package: string;
  /** owner/name on the sandbox's GitHub. */
  readonly repository: string;
  readonly strict: boolean;
  /** Somebody must approve its pull requests. */
  readonly reviewed: boolean;
  readonly tagForm: string;
}

export async function bringProject(seeding: Seeding, { repo, project }: DemoOptions): Promise<Brought> {
  if (repo === undefined) return { sample: true, repository: await importSample(seeding) };
  return { sample: false, ...(await bringOwnProject(seeding, { path: repo, file: project })) };
}

/** Makes the service know it, and says what was found and what is not as outside. */
export async function introduce(sandbox: Sandbox, brought: Brought, display: Display): Promise<DemoProject> {
  const { repository } = brought;
  if (brought.sample) {
    const { python, containers } = sandbox;
    const document = sampleProject({ python, baseImage: containers.baseImage });
    return known(repository, await sandbox.addProject(document, repository, { checks: NOT_HERE.checks }), {
      display,
      reviewed: true,
    });
  }
  display.heading(`The project of ${brought.path}`);
  for (const line of brought.found) display.line(`  found: ${line}`);
  for (const line of brought.missing) display.line(`  not found, or to look at: ${line}`);
  for (const line of brought.notes) display.line(`  note: ${line}`);
  return known(repository, await sandbox.addProject(brought.document, repository, NOT_HERE), {
    display,
    reviewed: brought.reviewed,
  });
}

function known(
  cloneUrl: string,
  { file, notes }: SandboxProject,
  { display, reviewed }: { display: Display; reviewed: boolean },
): DemoProject {
  for (const note of notes) display.line(`  in the sandbox: ${note}`);
  const version = file.version as { readonly tag?: string } | undefined;
  return {
    name: file.project,
    package: (file.package as string | undefined) ?? file.project,
    repository: new URL(cloneUrl).pathname.slice(1).replace(/\.git$/, ''),
    strict: file.policy === 'strict',
    reviewed,
    tagForm: version?.tag ?? 'v{version}',
  };
}
