import { defineConfig } from 'vitest/config';

/** Folders whose tests talk to the one Temporal server of this test run; the others never wait for it. */
const WITH_TEMPORAL = ['workflows', 'api', 'end-to-end', 'worker', 'postgres'].map((folder) => `test/${folder}/**/*.test.ts`);

/** Only by `npm run test:postgres`, which builds what it needs. */
const APART = process.env.SLIPWAY_POSTGRES ? [] : ['test/postgres/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // A machine of others' may stall for a while; here, at home, nothing is tried twice.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'pure', sequence: { groupOrder: 0 }, include: ['test/**/*.test.ts'], exclude: WITH_TEMPORAL, globalSetup: 'test/support/places.ts' },
      },
      {
        extends: true,
        test: {
          name: 'temporal',
          // After the others: each of these has processes of its own, and waits for a good part of its time.
          sequence: { groupOrder: 1 },
          include: WITH_TEMPORAL,
          exclude: APART,
          globalSetup: ['test/support/places.ts', 'test/support/temporal-server.ts'],
        },
      },
    ],
  },
});
