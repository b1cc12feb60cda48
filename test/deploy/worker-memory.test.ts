import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WORKER_MEMORY } from '../../src/temporal/worker-memory.ts';
import { root } from '../support/imports.ts';

test('the image of the publish worker has the limits of memory that the sandbox and a single node give it', () => {
  const [, stage = ''] = readFileSync(join(root, 'Dockerfile'), 'utf8').split('FROM worker AS worker-publish');
  const said = Object.entries(WORKER_MEMORY).map(([name, value]) => `${name}=${value}`);
  expect(stage.split('\nFROM ')[0]?.replaceAll('"', '')).toContain(`ENV ${said.join(' ')}\n`);
});
