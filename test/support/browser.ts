/** A person at a browser on an index's pages: keeps the cookie, sends what the page's form holds. */
export class Browser {
  readonly #site: string;
  readonly #project: string;
  #cookie = '';

  constructor(site: string, project = 'sample') {
    this.#site = site;
    this.#project = project;
  }

  async logIn(user: string, password: string): Promise<number> {
    const answer = await this.post('/account/login/', { username: user, password, next: '/' });
    this.#cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    return answer.status;
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.#site}${path}`, { redirect: 'manual', headers: { cookie: this.#cookie } });
  }

  post(path: string, fields: Record<string, string>): Promise<Response> {
    return fetch(`${this.#site}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: this.#cookie },
      body: new URLSearchParams(fields),
    });
  }

  /** Fills in the form on the page of releases. */
  async confirm(
    action: 'yank' | 'unyank' | 'delete' | 'explode',
    more: Record<string, string> = {},
    version = '1.2.0',
  ): Promise<Response> {
    const html = await (await this.get(`/manage/project/${this.#project}/releases/`)).text();
    const csrf_token = /name="csrf_token" value="([0-9a-f]+)"/.exec(html)?.[1] ?? '';
    const target = `/manage/project/${this.#project}/release/${version}/`;
    return this.post(target, { csrf_token, [`confirm_${action}_version`]: version, ...more });
  }
}
