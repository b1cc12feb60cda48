import { approvedFiles, upload, variable } from './job.ts';

// Stands in for a publishing workflow: the approved files, checked, onto the index as a trusted publisher.
await upload(await approvedFiles(variable('RUNNER_TEMP')));
