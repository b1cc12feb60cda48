import { Usage } from './exit.ts';
import { given, type StartOptions, start } from './start.ts';

interface ReleaseOptions extends StartOptions {
  readonly version?: string;
  readonly bump?: 'major' | 'minor' | 'patch' | 'prerelease';
  readonly prerelease?: 'alpha' | 'beta' | 'rc';
  readonly dryRun?: boolean;
  readonly testOnly?: boolean;
  readonly adopt?: boolean;
}

export function release(project: string, options: ReleaseOptions): Promise<void> {
  const { version, bump, prerelease, dryRun, testOnly, adopt } = options;
  if (version === undefined && bump === undefined) throw new Usage('add --version X, or --bump major, minor or patch');
  const body = { project, ...given({ version, bump, prerelease, dryRun, testOnly, adopt }) };
  return start(options, (service, keyed) =>
    service.startRelease(body as Parameters<typeof service.startRelease>[0], keyed),
  );
}
