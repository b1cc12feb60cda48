import { afterAll, beforeAll } from 'vitest';
import type { Service } from './service.ts';
import { World } from './world.ts';

/** What a test of a whole procedure may take on a machine that does other things as well. */
export const WITHIN_MS = 600_000;

/** One world for all tests of a file, with a service whose two workers are at work. */
export function inOneWorld(take: (world: World, service: Service) => unknown): void {
  let opened: World | undefined;
  beforeAll(async () => {
    opened = await World.open();
    const service = await opened.service();
    await service.begin('build', 'publish');
    await take(opened, service);
  }, WITHIN_MS);
  afterAll(() => opened?.close());
}
