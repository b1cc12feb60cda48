import { expect, test, vi } from 'vitest';
import { ensureSchedules } from '../../src/api/ensure-schedules.ts';
import { signerWith } from '../../src/api/signing.ts';
import { temporalSchedules } from '../../src/api/temporal-schedules.ts';
import { openDirectory } from '../../src/config/directory.ts';
import { inOneWorld, WITHIN_MS } from '../support/opened-world.ts';
import { filesOn } from '../support/outside.ts';
import type { Service } from '../support/service.ts';
import type { World } from '../support/world.ts';

let world: World;
let service: Service;
inOneWorld((opened, theirs) => {
  [world, service] = [opened, theirs];
});

test(
  'a schedule of the project file starts the next pre-release by itself, and it ends released; the next look has nothing to do',
  async () => {
    await world.addProject('calendar', { change: { schedule: { prerelease: 'weekly' } } });
    const directory = openDirectory(world.places.config);
    const schedules = temporalSchedules(service.client, {
      signer: signerWith(() => directory.signingKey()),
      signatures: () => directory.signatures(),
    });
    const quiet = () => undefined;
    await ensureSchedules({ directory, schedules, log: { info: quiet, warn: quiet, error: quiet } });
    const key = { project: 'calendar', name: 'prerelease' } as const;
    const looked = async (count: number) => {
      await service.client.schedule.getHandle('cadence:calendar:prerelease').trigger();
      return vi.waitFor(
        async () => {
          const { last } = (await schedules.read(key))!;
          expect(last).toHaveLength(count);
          expect(last[0]?.result).not.toBeNull();
          return last[0]!.result!;
        },
        { timeout: 120_000, interval: 250 },
      );
    };
    const first = await looked(1);
    expect(first).toMatchObject({ kind: 'started', run: 'release:calendar:1.1.0-alpha.1' });
    const run = service.run(first.run!);
    expect(await run.result()).toMatchObject({ outcome: 'released', version: '1.1.0-alpha.1' });
    const files = (await filesOn(world, 'index', 'calendar')).map(({ name }) => name);
    expect(files).toEqual(expect.arrayContaining(['calendar-1.1.0a1.tar.gz', 'calendar-1.1.0a1-py3-none-any.whl']));
    expect((await run.state()).startedBy).toBe('schedule:prerelease');
    expect(await looked(2)).toMatchObject({ kind: 'nothing', summary: expect.stringContaining('since 1.1.0-alpha.1') });
  },
  WITHIN_MS,
);
