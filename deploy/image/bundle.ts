import { mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleWorkflows } from '../../src/temporal/bundle.ts';

/** node bundle.ts FILE: the workflow code as one file, under a name that an image can say in its environment. */
const [, , file = ''] = process.argv;
const made = await bundleWorkflows(mkdtempSync(join(dirname(file) || tmpdir(), '.bundle-')));
renameSync(made, file);
