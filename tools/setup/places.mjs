import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Places are found from this file, never from the working directory: `npm --prefix` and scripts start us anywhere.
export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Everything that set-up makes, except node_modules; safe to delete. */
export const state = join(root, '.slipway');
/** The Python tools' virtual environment. */
export const tools = join(state, 'tools');
export const cache = join(state, 'cache');
export const logs = join(state, 'logs');
/** What the last set-up found: the environment that the product is started with. */
export const record = join(state, 'setup.json');
