import type { Context } from 'hono';

/** One page of a list, with the `Link` header that leads to the others. */
// biome-ignore lint/suspicious/noExplicitAny: any server's context will do
export function pageOf<T>(c: Context<any>, items: readonly T[], address: string): T[] {
  const size = Math.min(100, positive(c.req.query('per_page'), 30));
  const page = positive(c.req.query('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const target = new URL(address);
  for (const [name, value] of Object.entries(c.req.query())) target.searchParams.set(name, value);
  const link = (to: number, rel: string) => {
    target.searchParams.set('page', String(to));
    return `<${target}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  if (links.length > 0) c.header('link', links.join(', '));
  return items.slice((page - 1) * size, page * size);
}

function positive(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
