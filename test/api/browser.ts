import type { openApi } from './fixture.ts';

/** What a browser does: keeps cookies, follows nothing, says where a form was. */
export class Browser {
  readonly #api: Pick<ReturnType<typeof openApi>, 'app'>;
  readonly #cookies = new Map<string, string>();

  constructor(api: Pick<ReturnType<typeof openApi>, 'app'>) {
    this.#api = api;
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  /** Another browser with the same cookies: they were copied. */
  copy(api = this.#api): Browser {
    const copy = new Browser(api);
    for (const [name, value] of this.#cookies) copy.#cookies.set(name, value);
    return copy;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { headers });
  }

  async submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    const site = { 'sec-fetch-site': 'same-origin', ...headers };
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields), headers: site });
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { ...(cookie === '' ? {} : { cookie }), ...init.headers };
    const response = await this.#api.app.request(path, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}
