import colours from 'picocolors';
import type { Project } from '../api-client/client.ts';
import { table } from './runs.ts';
import { type ServiceOptions, serviceOf } from './service.ts';
import { columns, lines, plain } from './words.ts';

export async function projects(name: string | undefined, options: ServiceOptions): Promise<void> {
  const service = await serviceOf(options);
  if (name !== undefined) {
    const project = await service.showProject(name);
    process.stdout.write(options.json ? `${JSON.stringify(project, null, 2)}\n` : projectText(project));
    return;
  }
  const { projects } = await service.listProjects();
  process.stdout.write(options.json ? `${JSON.stringify(projects, null, 2)}\n` : overview(projects));
}

function overview(projects: readonly Project[]): string {
  if (projects.length === 0) return 'No projects.\n';
  const rows = projects.map((one) => [
    one.project,
    one.current ?? '–',
    one.suggested ?? '–',
    String(one.openRuns.length || '–'),
    plain(one.problem ? `${one.problem.code}: ${one.problem.message}` : (one.title ?? '')),
  ]);
  const title = ['PROJECT', 'CURRENT', 'NEXT', 'OPEN RUNS', ''].map((word) => colours.dim(word));
  return columns([title, ...rows]);
}

function projectText(project: Project): string {
  const { current, suggested, bump, reasons = [], problem, openRuns } = project;
  const facts: [string, string | null | undefined][] = [
    ['project', project.project],
    ['package', project.package],
    ['repository', project.repository],
    ['policy', project.policy],
    ['current', current],
    ['next', suggested ? `${suggested} (${bump})` : undefined],
    ['problem', problem && `${problem.code}: ${problem.message}`],
  ];
  const shown = facts.flatMap(([name, value]) => (value ? [[name, plain(value)]] : []));
  const because = lines('because', reasons.map(plain));
  return `${columns(shown)}${because}${openRuns.length > 0 ? `\n${table(openRuns)}` : ''}`;
}
