import { expect } from 'vitest';
import type { Judge } from './judge.ts';
import type { Client, TestGithub } from './world.ts';

export const repo = { owner: 'acme', repo: 'sample' };
export type Rest = Client['rest'];

/** The people of a drive, all under the eyes of the judge. */
export interface Scene {
  world: TestGithub;
  rita: Rest;
  tom: Rest;
  uma: Rest;
  ci: Rest;
  nobody: Rest;
  stranger: Rest;
  main: string;
}

export async function openScene(world: TestGithub, judge: Judge): Promise<Scene> {
  const as = (token: string | undefined) => judge.watch(world.as(token)).rest;
  const rita = as('token-rita');
  const { data } = await rita.repos.getBranch({ ...repo, branch: 'main' });
  const people = { tom: as('token-tom'), uma: as('token-uma'), ci: as('token-ci') };
  return { world, rita, ...people, nobody: as(undefined), stranger: as('no-such-token'), main: data.commit.sha };
}

export async function refused(status: number, answer: Promise<unknown>): Promise<void> {
  await expect(answer).rejects.toMatchObject({ status });
}
