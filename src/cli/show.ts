import { follow } from './follow.ts';
import { runText } from './run-text.ts';
import { type ServiceOptions, serviceOf } from './service.ts';

interface ShowOptions extends ServiceOptions {
  readonly run?: string;
  readonly follow?: boolean;
  readonly checklist?: boolean;
}

export async function show(id: string, options: ShowOptions): Promise<void> {
  const service = await serviceOf(options);
  const query = options.run === undefined ? {} : { run: options.run };
  if (options.follow) return follow(service, { id, ...query }, options);
  if (options.checklist) {
    process.stdout.write(await service.showChecklist(id, query));
    return;
  }
  const run = await service.showRun(id, query);
  process.stdout.write(options.json ? `${JSON.stringify(run, null, 2)}\n` : runText(run));
}
