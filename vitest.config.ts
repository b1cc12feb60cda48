import { defineConfig } from 'vitest/config';

/** Folders whose tests talk to the one Temporal server of this test run; the others never wait for it. */
const WITH_TEMPORAL = ['workflows', 'api', 'end-to-end', 'worker'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: WITH_TEMPORAL, globalSetup: 'test/support/places.ts' },
      },
      {
        extends: true,
        test: {
          name: 'temporal',
          include: WITH_TEMPORAL,
          globalSetup: ['test/support/places.ts', 'test/support/temporal-server.ts'],
        },
      },
    ],
  },
});
