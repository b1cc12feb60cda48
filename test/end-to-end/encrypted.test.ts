import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDirectory } from '../../src/config/directory.ts';
import { dataConverterOf } from '../../src/temporal/data-converter.ts';
import { asText } from '../support/histories.ts';
import { WITHIN_MS } from '../support/opened-world.ts';
import { World } from '../support/world.ts';

test('a real release with encryption on: both workers, a gate that fails, a key that is changed on the way', {
  timeout: WITHIN_MS,
}, async () => {
  const world = await World.open();
  try {
    const keyFile = (name: string) => join(world.places.root, 'private', name);
    for (const name of ['spring', 'summer']) writeFileSync(keyFile(name), randomBytes(32).toString('base64'));
    const configs = [world.places.config, world.places.buildConfig].map((folder) => join(folder, 'slipway.yaml'));
    const keys = `\nencryption: { keys: { spring: ${keyFile('spring')}, summer: ${keyFile('summer')} }, current: `;
    const before = configs.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
    const current = (kid: string) => {
      for (const { file, text } of before) writeFileSync(file, `${text}${keys}${kid} }\n`);
    };
    current('spring');
    const directory = openDirectory(world.places.config);
    const service = await world.service({
      converter: async (namespace) =>
        (await dataConverterOf({ namespace, read: () => directory.encryption() })).converter,
    });
    await service.begin('build', 'publish');
    const gates = [{ name: 'marked', run: 'python -c "import marked_nosuch"' }];
    await world.addProject('encrypted', { change: { gates } });
    const run = await service.release('encrypted');
    const step = await run.blocked('test.gate.marked');
    current('summer');
    await run.decide(step, 'skip');
    await run.signOff();
    expect(await run.result()).toMatchObject({ outcome: 'released' });

    const history = await service.client.workflow.getHandle('release:encrypted:1.1.0').fetchHistory();
    const text = asText(history);
    const told = ['marked_nosuch', 'the cause is gone', 'CHANGELOG.md', 'rita'];
    const state = JSON.stringify(await run.state());
    expect(told.filter((one) => !state.includes(one))).toEqual([]);
    expect(told.filter((one) => text.includes(one))).toEqual([]);
    for (const kid of ['spring', 'summer']) expect(text).toContain(kid);
  } finally {
    await world.close();
  }
});
