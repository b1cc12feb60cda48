import { sampleProject } from '../sandbox/sample-project.ts';
import { importSample } from '../sandbox/sample-repository.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Display } from './display.ts';
import type { DemoOptions } from './options.ts';
import { bringOwnProject, NOT_HERE } from './own-repository.ts';

export interface DemoProject {
  readonly name: string;
  readonly package: string;
  /** owner/name on the sandbox's GitHub. */
  readonly repository: string;
  readonly strict: boolean;
  readonly tagForm: string;
}

/** The sample, or a repository of the person's own, known to the sandbox's service and on its GitHub. */
export async function prepareProject(sandbox: Sandbox, options: DemoOptions, display: Display): Promise<DemoProject> {
  const { containers, places, python, servers, keys } = sandbox;
  const { github } = servers;
  if (options.repo === undefined) {
    display.status("brings the sample to the sandbox's GitHub");
    const { cloneUrl } = await importSample({ github, keys, scratch: places.scratch });
    const document = sampleProject({ python, baseImage: containers.baseImage });
    return known(cloneUrl, sandbox.addProject(document, cloneUrl, { checks: NOT_HERE.checks }), display);
  }
  display.status(`brings ${options.repo} to the sandbox's GitHub`);
  const own = await bringOwnProject(sandbox, options.repo, options.project);
  display.heading(`The project in ${options.repo}`);
  for (const line of own.found) display.line(`  found: ${line}`);
  for (const line of own.missing) display.line(`  not found, or to look at: ${line}`);
  for (const line of own.notes) display.line(`  note: ${line}`);
  return known(own.repository, sandbox.addProject(own.document, own.repository, NOT_HERE), display);
}

function known(cloneUrl: string, { file, notes }: ReturnType<Sandbox['addProject']>, display: Display): DemoProject {
  for (const note of notes) display.line(`  in the sandbox: ${note}`);
  const version = file.version as { readonly tag?: string } | undefined;
  return {
    name: file.project,
    package: (file.package as string | undefined) ?? file.project,
    repository: new URL(cloneUrl).pathname.slice(1).replace(/\.git$/, ''),
    strict: file.policy === 'strict',
    tagForm: version?.tag ?? 'v{version}',
  };
}
