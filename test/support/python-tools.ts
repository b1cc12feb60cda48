import { fileURLToPath } from 'node:url';

/** Where set-up puts the pinned Python tools. */
export const pythonTools =
  process.env.SLIPWAY_TOOLS ?? fileURLToPath(new URL('../../.slipway/tools/bin', import.meta.url));
