import { approvedFiles, upload, variable } from '../../../src/sandbox/jobs/job.ts';

// A publishing job that fails after the first file.
const [first = ''] = await approvedFiles(variable('RUNNER_TEMP'));
await upload([first]);
throw new Error('the network is gone');
