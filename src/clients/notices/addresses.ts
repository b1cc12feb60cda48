import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { Problem } from '../../domain/problem.ts';

/** Networks that are not the Internet: this machine, a company's own, link-local ones with a cloud's secrets, and what is reserved. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ...[['0.0.0.0', 8] as const, ['10.0.0.0', 8] as const, ['100.64.0.0', 10] as const, ['127.0.0.0', 8] as const],
  ...[['169.254.0.0', 16] as const, ['172.16.0.0', 12] as const, ['192.0.0.0', 24] as const],
  ...[['192.168.0.0', 16] as const, ['198.18.0.0', 15] as const, ['224.0.0.0', 4] as const, ['240.0.0.0', 4] as const],
]) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ...[['::', 128] as const, ['::1', 128] as const, ['64:ff9b::', 96] as const, ['64:ff9b:1::', 48] as const],
  ...[['fc00::', 7] as const, ['fe80::', 10] as const, ['ff00::', 8] as const, ['2002::', 16] as const],
]) {
  PRIVATE.addSubnet(network, prefix, 'ipv6');
}

export function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The address to connect to, looked up once, so that what was judged is what is used. A name with any private address is refused:
 * whoever writes its records could choose.
 */
export async function addressOf(host: string, allowPrivate: boolean): Promise<string> {
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(plain) ? [plain] : await resolved(plain);
  if (!allowPrivate && found.some(isPrivate)) {
    throw new Problem(
      'channel-refused',
      `${plain} is a private address, which this service sends nothing to: allowPrivateAddresses in slipway.yaml lets it`,
    );
  }
  return found[0]!;
}

async function resolved(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);
  } catch (error) {
    throw new Problem('channel-unreachable', `${host} has no address now (${(error as NodeJS.ErrnoException).code})`);
  }
}
