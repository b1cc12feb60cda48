import type { Builder } from '../../activities/ports.ts';
import type { Held } from '../../domain/confinement.ts';
import { distributionBuilder } from './distributions.ts';
import { environmentBuilder } from './environments.ts';
import { createInterpreters } from './interpreters.ts';
import { createLauncher } from './launcher.ts';
import type { BuilderOptions } from './options.ts';
import { projectCommands } from './project-commands.ts';
import { createTools } from './tools.ts';

export type { BuilderOptions } from './options.ts';

/** Python environments, builds and the project's own commands on this machine. It belongs on a worker that holds no credential. */
export function createBuilder(
  options: BuilderOptions,
): Builder & { readonly held: () => Promise<Omit<Held, 'exceeded'>> } {
  const interpreters = createInterpreters(options.tools, options.cache);
  const launcher = createLauncher(options, interpreters);
  const tools = createTools(options);
  const parts = { launcher, tools, interpreters, store: options.store, cache: options.cache };

  return {
    ...environmentBuilder(parts),
    ...distributionBuilder(parts),
    ...projectCommands(parts),
    /** How this worker holds project code that asks for nothing more; `isolation-missing` where it would hold none. */
    held: launcher.held,
    interpreter: async (version) => (await interpreters.find(version))?.path,
    async tool(name, args, { cwd, timeout, env = {}, venv, confinement }) {
      const { end, ...result } = await launcher.run({
        ...{ name, cwd, timeoutSeconds: timeout, network: true, writable: [], ours: venv === undefined },
        confinement,
        readable: venv === undefined ? [] : [venv, ...tools.folders, ...interpreters.folders()],
        command: [await tools.need(name), ...args],
        env: { ...tools.env, ...env },
      });
      return { ...result, stdout: end.stdout };
    },
  };
}
