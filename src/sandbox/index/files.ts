import { type Context, Hono } from 'hono';
import { type Catalogue, filePath, type StoredFile } from './catalogue.ts';

/** The files themselves: what an address once gave, it always gives. */
export function fileRoutes(catalogue: Catalogue): Hono {
  return new Hono().get('/packages/*', (c) => {
    const path = c.req.path.slice(1);
    const known = catalogue
      .projects()
      .some(({ releases }) =>
        releases.some(({ files }) =>
          files.some(
            (file) => path === filePath(file) || (file.metadataSha256 && path === `${filePath(file)}.metadata`),
          ),
        ),
      );
    if (!known) return c.text('Not Found', 404);
    c.header('cache-control', 'max-age=365000000, immutable, public');
    c.header('content-type', path.endsWith('.metadata') ? 'text/plain; charset=UTF-8' : 'application/octet-stream');
    return c.body(catalogue.read(path));
  });
}

export function fileUrl(c: Context, file: StoredFile): string {
  return new URL(filePath(file), new URL('/', c.req.url)).href;
}
