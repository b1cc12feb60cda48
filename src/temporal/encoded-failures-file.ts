import { fileURLToPath } from 'node:url';

/** Failures of workflow code are encoded always: the bundle is one for all. It is bundled, and required by path elsewhere. */
export const ENCODED_FAILURES = fileURLToPath(new URL('encoded-failures.ts', import.meta.url));
