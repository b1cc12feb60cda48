import { TestWorkflowEnvironment } from '@temporalio/testing';

/** node download-temporal.ts VERSION FOLDER: leaves the Temporal CLI in FOLDER, by the SDK's own download. */
const [version = '', downloadDir = ''] = process.argv.slice(2);
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', version, downloadDir, ttl: '3650 days' } },
});
await environment.teardown();
