import { given, type StartOptions, start } from './start.ts';

interface RollbackOptions extends StartOptions {
  readonly reason: string;
  readonly rollForward?: 'ask' | 'yes' | 'no';
  readonly tags?: 'keep' | 'retag';
}

export function rollback(project: string, version: string, options: RollbackOptions): Promise<void> {
  const { reason, rollForward, tags } = options;
  const body = { project, version, reason, ...given({ rollForward, tags }) };
  return start(options, (service, keyed) =>
    service.startRollback(body as Parameters<typeof service.startRollback>[0], keyed),
  );
}
