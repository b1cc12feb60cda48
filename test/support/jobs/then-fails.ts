import { approvedFiles, upload, variable } from '../../../src/sandbox/jobs/job.ts';

// A publishing job that fails after it has published everything.
await upload(await approvedFiles(variable('RUNNER_TEMP')));
throw new Error('the announcement failed');
