import { BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { FileDirectory } from '../config/directory.ts';

/** The address that a request came from: what a trusted proxy says of it, else its connection's; null where there is none. */
export async function addressOf(c: Context, directory: FileDirectory): Promise<string | null> {
  const direct = connectionOf(c);
  if (direct === null) return null;
  const trusted = listOf(await directory.trustedProxies());
  const said = (c.req.header('x-forwarded-for') ?? '').split(',').map((one) => one.trim());
  let address = direct;
  // From the nearest outwards: the first that is no proxy of ours is the one that a proxy of ours saw.
  while (isIn(trusted, address)) {
    const next = said.pop();
    if (next === undefined || isIP(next) === 0) break;
    address = next;
  }
  return address;
}

export function agentOf(c: Context): string | null {
  return c.req.header('user-agent')?.slice(0, 200) ?? null;
}

/** A request that came through no socket, as in tests, has none. */
export function connectionOf(c: Context): string | null {
  if ((c.env as { incoming?: unknown } | undefined)?.incoming === undefined) return null;
  return getConnInfo(c).remote.address?.replace(/^::ffff:(?=\d+\.)/, '') ?? null;
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of addresses) {
    const [address = '', length] = one.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, length === undefined ? (family === 'ipv6' ? 128 : 32) : Number(length), family);
  }
  return list;
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
