import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { approvedFiles, upload, variable } from '../../../src/sandbox/jobs/job.ts';

// A publishing job that builds anew: the same names and contents, other bytes.
const files = await approvedFiles(variable('RUNNER_TEMP'));
const sdist = files.find((file) => file.endsWith('.tar.gz'))!;
writeFileSync(sdist, gzipSync(gunzipSync(readFileSync(sdist)), { level: 1 }));
await upload(files);
