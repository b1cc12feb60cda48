import type { Sandbox } from '../sandbox/sandbox.ts';

/** What an owner does in a browser: the index has no other way to yank. */
export async function yankByHand(
  { addresses, people }: Sandbox,
  who: string,
  { name, version, reason }: { name: string; version: string; reason: string },
): Promise<void> {
  let cookie = '';
  const ask = async (path: string, fields?: Record<string, string>) => {
    const answer = await fetch(`${addresses.index}${path}`, {
      method: fields ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie },
      ...(fields ? { body: new URLSearchParams(fields) } : {}),
    });
    if (answer.status >= 400) throw new Error(`the index answered ${answer.status} to ${path}`);
    return answer;
  };
  const logIn = await ask('/account/login/', { username: who, password: people[who]?.indexPassword ?? '', next: '/' });
  cookie = logIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await (await ask(`/manage/project/${name}/releases/`)).text();
  const csrf_token = /name="csrf_token" value="([0-9a-f]+)"/.exec(page)?.[1] ?? '';
  const fields = { csrf_token, confirm_yank_version: version, yanked_reason: reason };
  await ask(`/manage/project/${name}/release/${version}/`, fields);
}
