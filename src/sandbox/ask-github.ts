interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: object;
}

/** One request of a person to the sandbox's GitHub; what it refuses is thrown. */
export async function askGithub<T = unknown>(url: string, token: string, { method, body }: Asked = {}): Promise<T> {
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok)
    throw new Error(
      `the sandbox GitHub refused ${method ?? 'the request'} ${url}: ${answer.status} ${text.slice(0, 500)}`,
    );
  return (text === '' ? {} : JSON.parse(text)) as T;
}
