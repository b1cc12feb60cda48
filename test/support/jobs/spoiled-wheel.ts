import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { variable } from '../../../src/sandbox/jobs/job.ts';

// A build job whose wheel holds a file more than its RECORD lists.
await import('../../../src/sandbox/jobs/build.ts');
const dist = join(variable('SANDBOX_ARTIFACTS'), 'dist');
const [wheel = ''] = readdirSync(dist);
const members = unzipSync(new Uint8Array(readFileSync(join(dist, wheel))));
writeFileSync(join(dist, wheel), zipSync({ ...members, 'surprise.pth': strToU8('import os\n') }));
