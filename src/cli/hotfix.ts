import { given, type StartOptions, start, wholeNumber } from './start.ts';

interface HotfixOptions extends StartOptions {
  readonly title: string;
  readonly issue?: string;
  readonly base?: string;
  readonly commit?: string[];
  readonly version?: string;
}

export function hotfix(project: string, options: HotfixOptions): Promise<void> {
  const { title, base, commit: commits, version } = options;
  const issue = options.issue === undefined ? undefined : wholeNumber(options.issue);
  const body = { project, title, ...given({ issue, base, commits, version }) };
  return start(options, (service, keyed) =>
    service.startHotfix(body as Parameters<typeof service.startHotfix>[0], keyed),
  );
}
