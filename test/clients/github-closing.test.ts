import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GitHubAccess } from '../../src/activities/ports.ts';
import { createGitHub } from '../../src/clients/github/github-client.ts';
import { TestGithub } from '../sandbox/github/world.ts';

const world = new TestGithub();
const github = createGitHub();
const LONG_AGO = '2020-01-01T00:00:00Z';

beforeAll(async () => {
  await world.start();
  await world.createSample();
});
afterAll(() => world.stop());
beforeEach(() => world.journal.clearFaults());

function as(token: string): GitHubAccess {
  return { apiUrl: world.github.apiUrl, owner: 'acme', repo: 'sample', token };
}
const rita = () => as('token-rita');

async function issue(title: string, milestone?: number): Promise<number> {
  const { rest } = world.as('token-rita');
  const at = { owner: 'acme', repo: 'sample' };
  const { data } = await rest.issues.create({ ...at, title, ...(milestone === undefined ? {} : { milestone }) });
  return data.number;
}

describe('milestones', () => {
  test('one is due on the day that was meant, by the clock of GitHub on its coast', async () => {
    const made = await github.createMilestone(rita(), { title: 'v2.0.0', dueOn: '2026-03-01' });
    const at = { owner: 'acme', repo: 'sample', milestone_number: made.number };
    const { data } = await world.as('token-rita').rest.issues.getMilestone(at);
    expect(data.due_on).toBe('2026-03-01T08:00:00Z');
    expect(made).toMatchObject({ title: 'v2.0.0', state: 'open', openIssues: 0 });
  });

  test('closed ones are listed as well, and what is in one is known with state and labels', async () => {
    const { number } = await github.createMilestone(rita(), { title: 'v2.1.0', dueOn: null });
    const first = await issue('one', number);
    const second = await issue('two', number);
    await github.updateIssue(rita(), first, { state: 'closed' });
    await github.addLabels(rita(), first, ['released']);
    await github.addLabels(rita(), first, ['v2']);
    expect(await github.tracked(rita(), number)).toEqual([
      { number: second, node: expect.any(String), state: 'open', labels: [] },
      { number: first, node: expect.any(String), state: 'closed', labels: ['released', 'v2'] },
    ]);
    await github.updateMilestone(rita(), number, { state: 'closed' });
    expect(await github.milestones(rita())).toContainEqual(
      expect.objectContaining({ title: 'v2.1.0', state: 'closed', openIssues: 1 }),
    );
  });
});

describe('discussions', () => {
  test('all young ones of a category are found, page after page, newest first', async () => {
    for (let count = 0; count < 101; count += 1) {
      await github.createDiscussion(rita(), { category: 'Announcements', title: `v${count}`, body: 'Out' });
    }
    await github.createDiscussion(rita(), { category: 'Ideas', title: 'More', body: 'Of it' });
    const found = await github.discussions(rita(), { category: 'announcements', createdSince: LONG_AGO });
    expect(found).toHaveLength(101);
    expect(found[0]).toMatchObject({ title: 'v100', url: expect.stringContaining('/acme/sample/discussions/') });
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(await github.discussions(rita(), { category: 'Announcements', createdSince: later })).toEqual([]);
  });

  test('a category that is not there is refused, with those that are', async () => {
    const asked = github.discussions(rita(), { category: 'News', createdSince: LONG_AGO });
    await expect(asked).rejects.toMatchObject({
      code: 'github-refused',
      message: expect.stringContaining('it has Announcements, General'),
    });
  });

  test('who may only read opens none', async () => {
    const wish = { category: 'Announcements', title: 'x', body: 'y' };
    await expect(github.createDiscussion(as('token-uma'), wish)).rejects.toMatchObject({ code: 'permission-missing' });
  });

  test('a 5xx and a repository that is not there are told apart, and a token is in no word', async () => {
    world.journal.fault({ server: 'github', action: 'graphql', when: 'before', status: 502, times: 1 });
    const asked = () => github.discussions(rita(), { category: 'Announcements', createdSince: LONG_AGO });
    await expect(asked()).rejects.toMatchObject({ code: 'github-unreachable' });
    await expect(
      github.discussions({ ...rita(), repo: 'none' }, { category: 'x', createdSince: LONG_AGO }),
    ).rejects.toMatchObject({ code: 'github-refused' });
    const error = await github.discussions(as('ghp_nobody'), { category: 'x', createdSince: LONG_AGO }).catch(String);
    expect(error).not.toContain('ghp_nobody');
  });

  test('after a lost answer one is found again by its body', async () => {
    world.journal.fault({ server: 'github', action: 'create-discussion', when: 'after', status: 502, times: 1 });
    const wish = { category: 'General', title: 'Out', body: 'Out <!-- mark -->' };
    await expect(github.createDiscussion(rita(), wish)).rejects.toMatchObject({ code: 'github-unreachable' });
    const found = await github.discussions(rita(), { category: 'General', createdSince: LONG_AGO });
    expect(found.filter(({ body }) => body.includes('<!-- mark -->'))).toHaveLength(1);
  });
});

describe('project boards', () => {
  let number: number;
  beforeAll(async () => {
    const wish = { title: 'Roadmap', fields: { Status: ['Todo', 'Released'], Version: null } };
    ({ number } = await world.github.addBoard('acme', 'sample', wish));
  });

  test.each([
    ['an option', 'Status', 'Released'],
    ['free text', 'Version', '2.0.0'],
  ])('an issue is put on one and its field set to %s; on it twice it is once', async (_, field, value) => {
    const board = await github.board(rita(), { owner: 'acme', number, field });
    const milestone = await github.createMilestone(rita(), { title: `of ${field}`, dueOn: null });
    await issue(field, milestone.number);
    const { node } = (await github.tracked(rita(), milestone.number))[0]!;
    expect(await github.onBoard(rita(), board, node)).toBeUndefined();
    const item = await github.addToBoard(rita(), board, node);
    expect(await github.addToBoard(rita(), board, node)).toBe(item);
    expect(await github.onBoard(rita(), board, node)).toEqual({ item, value: null });
    await github.setOnBoard(rita(), board, { item, value });
    expect(await github.onBoard(rita(), board, node)).toEqual({ item, value });
  });

  test('a board, a field and an option that are not there are refused by name', async () => {
    const board = (wish: object) => github.board(rita(), { owner: 'acme', number, field: 'Status', ...wish });
    await expect(board({ number: 99 })).rejects.toMatchObject({ code: 'github-refused' });
    await expect(board({ owner: 'nobody' })).rejects.toMatchObject({ code: 'github-refused' });
    await expect(board({ field: 'Size' })).rejects.toMatchObject({ message: expect.stringContaining('no field Size') });
    const set = github.setOnBoard(rita(), await board({}), { item: 'x', value: 'Done' });
    await expect(set).rejects.toMatchObject({ message: expect.stringContaining('it has Todo, Released') });
  });

  test('who may only read changes nothing on it', async () => {
    const board = await github.board(rita(), { owner: 'acme', number, field: 'Status' });
    await expect(github.addToBoard(as('token-uma'), board, 'I_x')).rejects.toMatchObject({
      code: 'permission-missing',
    });
  });
});
