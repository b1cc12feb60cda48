import { expect, test } from 'vitest';
import { Browser } from '../support/browser.ts';
import { sdist, wheel } from '../support/distribution.ts';
import { ANN, freshIndex } from './index-setup.ts';

const world = freshIndex();
const { upload, simple, json } = world;

const yankedNow = async () => {
  const { files } = (await (await simple()).json()) as { files: { yanked: boolean | string }[] };
  return files.map(({ yanked }) => yanked);
};

async function annInTheBrowser(): Promise<Browser> {
  await upload(wheel(world.folder));
  await upload(await sdist(world.folder));
  const browser = new Browser(world.index.url);
  expect(await browser.logIn('ann', 'password-of-ann')).toBe(303);
  return browser;
}

test('index: an owner yanks a release on its page, and every file says so with the reason', async () => {
  const ann = await annInTheBrowser();

  const answer = await ann.confirm('yank', { yanked_reason: 'breaks "import"' });

  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/manage/project/sample/releases/']);
  expect(await yankedNow()).toEqual(['breaks "import"', 'breaks "import"']);
  expect(await (await json()).json()).toMatchObject({
    info: { yanked: true, yanked_reason: 'breaks "import"' },
    urls: [{ yanked: true, yanked_reason: 'breaks "import"' }, { yanked: true }],
  });
  expect(await (await ann.get('/simple/sample/')).text()).toContain('data-yanked="breaks &quot;import&quot;"');
  expect(await (await ann.get('/project/sample/1.2.0/')).text()).toContain('This release has been yanked.');
  expect(world.journal.changes().at(-1)).toMatchObject({ action: 'yank', target: 'sample 1.2.0' });
});

test('index: a yank without a reason is a plain yes, and can be taken back', async () => {
  const ann = await annInTheBrowser();

  await ann.confirm('yank');
  expect(await yankedNow()).toEqual([true, true]);
  await ann.confirm('unyank');
  expect(await yankedNow()).toEqual([false, false]);
});

test('index: a yanked release is the last that a project’s JSON would name', async () => {
  const ann = await annInTheBrowser();
  await upload(wheel(world.folder, { version: '1.1.0' }));
  await ann.confirm('yank');

  const body = await (await fetch(`${world.index.jsonUrl}/sample/json`)).json();
  expect(body).toMatchObject({ info: { version: '1.1.0' } });
});

test('index: an upload token yanks nothing: only a person who has logged in can', async () => {
  await annInTheBrowser();
  const path = `${world.index.url}/manage/project/sample/release/1.2.0/`;
  const authorization = `Basic ${Buffer.from(`__token__:${ANN}`).toString('base64')}`;
  const body = new URLSearchParams({ confirm_yank_version: '1.2.0' });

  const answer = await fetch(path, { method: 'POST', body, headers: { authorization }, redirect: 'manual' });

  expect(answer.headers.get('location')).toMatch(/^\/account\/login\//);
  expect(await new Browser(world.index.url).logIn('__token__', ANN)).toBe(403);
  expect(await new Browser(world.index.url).logIn('ann', ANN)).toBe(403);
  expect(await yankedNow()).toEqual([false, false]);
});

test('index: who has not logged in is sent to do so, and comes back to the page', async () => {
  await annInTheBrowser();
  const somebody = new Browser(world.index.url);

  const answer = await somebody.get('/manage/project/sample/releases/');

  expect(answer.headers.get('location')).toBe('/account/login/?next=%2Fmanage%2Fproject%2Fsample%2Freleases%2F');
  const form = { username: 'ann', password: 'password-of-ann' };
  const back = await somebody.post('/account/login/', { ...form, next: '/manage/project/sample/releases/' });
  expect(back.headers.get('location')).toBe('/manage/project/sample/releases/');
  const away = await somebody.post('/account/login/', { ...form, next: '//example.org/' });
  expect(away.headers.get('location')).toBe('/');
});

test('index: a person who is no owner sees and changes nothing', async () => {
  await annInTheBrowser();
  const bob = new Browser(world.index.url);
  await bob.logIn('bob', 'password-of-bob');

  expect((await bob.get('/manage/project/sample/releases/')).status).toBe(403);
  expect((await bob.confirm('yank')).status).toBe(403);
  expect(await yankedNow()).toEqual([false, false]);
});

test('index: a form from a foreign page changes nothing, nor does a version that is not the one typed', async () => {
  const ann = await annInTheBrowser();

  expect((await ann.confirm('yank', { csrf_token: '0'.repeat(48) })).status).toBe(403);
  expect((await ann.confirm('yank', { confirm_yank_version: '1.2' })).status).toBe(400);
  expect((await ann.confirm('explode')).status).toBe(400);
  expect((await ann.confirm('yank', {}, '9.9.9')).status).toBe(404);
  expect(await yankedNow()).toEqual([false, false]);
});

test('index: a deleted file never comes back under its name, not even with the same bytes', async () => {
  const ann = await annInTheBrowser();
  const file = wheel(world.folder);

  await ann.confirm('delete');

  expect((await json()).status).toBe(404);
  const again = await upload(file);
  expect(again.statusText).toMatch(/^This filename was previously used by a file that has since been deleted\./);
  await world.index.close();
  await world.start();
  expect((await upload(file)).status).toBe(400);
});
