/**
 * The environment of a process that runs workflows. Node's heap otherwise grows with what is replayed, and glibc's with each thread of the
 * SDK's core, long before either gives anything back: 1,033 MiB instead of 363 with 200 runs in memory (docs/performance.md). The
 * Dockerfile says the same.
 */
export const WORKER_MEMORY = {
  NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=256',
  MALLOC_ARENA_MAX: '2',
} as const;
