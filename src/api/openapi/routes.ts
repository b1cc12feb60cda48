import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { OPERATIONS, openApiDocument } from './document.ts';
import { docsPage } from './page.ts';

const STYLE = readFileSync(new URL('./page.css', import.meta.url), 'utf8');

/** The contract for programs and for people; neither needs a sign-in. */
export function openApiRoutes() {
  const document = openApiDocument();
  const page = docsPage(document);
  return new Hono()
    .get('/openapi.json', (c) => c.json(document))
    .get('/docs', (c) => c.html(page))
    .get('/assets/docs.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
}

/** The methods that an address of the contract takes; none where there is no such address. */
export function methodsAt(path: string): string[] {
  return Object.keys(OPERATIONS).flatMap((route) => {
    const [method = '', template = ''] = route.split(' ');
    const matches = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`).test(path);
    return !matches ? [] : method === 'GET' ? ['GET', 'HEAD'] : [method];
  });
}
