import { afterEach, expect, test, vi } from 'vitest';
import { createHome } from '../../src/api/home.ts';
import { openApi } from './fixture.ts';

afterEach(() => void vi.useRealTimers());

test('home: a worker that is away is waited for at most 5 s, however many runs wait', async () => {
  const api = openApi();
  for (let number = 0; number < 60; number += 1) {
    const { state } = await api.openRelease(`1.${number}.0`);
    Object.assign(state, { status: 'waiting' });
  }
  vi.useFakeTimers({ toFake: ['Date'] });
  const began = Date.now();
  api.runs.state = async (_run: object, withinMs = 0) => {
    const until = Date.now() + withinMs;
    await Promise.resolve(); // the others of the batch are asked at the same time
    vi.setSystemTime(Math.max(Date.now(), until));
    return 'silent' as const;
  };
  const home = await createHome(api as never)({ login: 'tom' } as never);
  expect(home.silent).toHaveLength(60);
  expect(Date.now() - began).toBe(5_000);
  api.close();
});
