import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The browser of this machine: a test that needs one says how to get it, rather than being left out. */
export function chromiumPath(): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const programs = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [process.env.CHROMIUM ?? '', ...programs].find(isProgram);
  if (found) return found;
  throw new Error('no Chromium here: apt-get install chromium, or name the program of one in CHROMIUM');
}

export function openChromium(): Promise<Browser> {
  // As root, and in containers, its own sandbox cannot be had.
  return chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Somebody at a browser of their own, whose every request and complaint is kept. */
export class Visitor {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly requested: string[] = [];
  readonly #site: string;

  private constructor(page: Page, site: string) {
    this.page = page;
    this.#site = site;
    page.on('request', (request) => void this.requested.push(request.url()));
    page.on('pageerror', (error) => void this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy|violates/i.test(message.text())) this.complaints.push(message.text());
    });
  }

  static async arrive(browser: Browser, site: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: site, viewport: { width: 1200, height: 900 }, ...options });
    return new Visitor(await context.newPage(), site);
  }

  async signIn(token: string, next = '/'): Promise<this> {
    await this.page.goto(next);
    await this.page.getByLabel('Token').fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor();
    return this;
  }

  /** What left for another place than the service. */
  get outside(): string[] {
    return this.requested.filter((url) => !url.startsWith(`${this.#site}/`) && !/^(data|about|blob):/.test(url));
  }

  /** Rules of WCAG 2.2 AA and of good practice that the page breaks, by axe. */
  async faults(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const { violations } = (await this.page.evaluate('axe.run()')) as AxeResults;
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${String(target)}`));
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
}
