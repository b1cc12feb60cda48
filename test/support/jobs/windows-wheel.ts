import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { variable } from '../../../src/sandbox/jobs/job.ts';

// A build job whose second machine makes a wheel for Windows; the first is the sandbox's own.
await import('../../../src/sandbox/jobs/build.ts');
const dist = join(variable('SANDBOX_ARTIFACTS'), 'dist');
const [wheel = ''] = readdirSync(dist);
const members = unzipSync(new Uint8Array(readFileSync(join(dist, wheel))));
const info = Object.keys(members).find((path) => path.endsWith('.dist-info/WHEEL'))!;
members[info] = strToU8(strFromU8(members[info]!).replace('py3-none-any', 'py3-none-win_amd64'));
const record = info.replace(/WHEEL$/, 'RECORD');
const hash = createHash('sha256').update(members[info]!).digest('base64url');
members[record] = strToU8(
  strFromU8(members[record]!)
    .split('\n')
    .map((line) => (line.startsWith(`${info},`) ? `${info},sha256=${hash},${members[info]!.length}` : line))
    .join('\n'),
);
writeFileSync(join(dist, wheel.replace('-any.whl', '-win_amd64.whl')), zipSync(members));
