import type { World } from './world.ts';

const OWNER = 'rita';

/** As a person at a browser: no API of the index does it. */
export async function yankAsOwner(world: World, project: string, version: string, reason: string): Promise<void> {
  const { url } = world.servers.index;
  let cookie = '';
  const post = (path: string, fields: Record<string, string>) =>
    fetch(`${url}${path}`, {
      ...{ method: 'POST', redirect: 'manual', headers: { cookie } },
      body: new URLSearchParams(fields),
    });
  const password = world.keys.people[OWNER]!.password;
  const entered = await post('/account/login/', { username: OWNER, password, next: '/' });
  cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await fetch(`${url}/manage/project/${project}/releases/`, { headers: { cookie } });
  const csrf_token = /name="csrf_token" value="([0-9a-f]+)"/.exec(await page.text())?.[1] ?? '';
  const yanked = await post(`/manage/project/${project}/release/${version}/`, {
    ...{ csrf_token, confirm_yank_version: version, yanked_reason: reason },
  });
  if (yanked.status !== 303) throw new Error(`the index answered the yank ${yanked.status}`);
}
