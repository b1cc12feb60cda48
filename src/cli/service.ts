import { readFile, stat } from 'node:fs/promises';
import { type SlipwayClient, slipwayClient } from '../api-client/client.ts';
import { Usage } from './exit.ts';

export interface ServiceOptions {
  readonly api?: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
}

/** The service at the address that was given, as the person whose token is there. A token is never an argument: everybody on a machine sees those. */
export async function serviceOf(options: ServiceOptions): Promise<SlipwayClient> {
  const url = addressOf(options.api ?? process.env.SLIPWAY_API);
  return slipwayClient({ url, token: await tokenOf(options) });
}

function addressOf(text: string | undefined): string {
  if (!text) throw new Usage('which service? Set SLIPWAY_API, or add --api https://slipway.example.com');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw new Usage('the address of the service must be like https://slipway.example.com');
  }
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    process.stderr.write(`Note: ${url.host} is reached without TLS; whoever is between can read your token.\n`);
  }
  return text;
}

async function tokenOf({ tokenFile }: ServiceOptions): Promise<string> {
  const { SLIPWAY_TOKEN: token, SLIPWAY_TOKEN_FILE: named } = process.env;
  const file = tokenFile ?? (token ? undefined : named);
  if (file === undefined) {
    if (token) return token;
    throw new Usage(
      'who are you? Set SLIPWAY_TOKEN, or name a file with your token: SLIPWAY_TOKEN_FILE or --token-file',
    );
  }
  try {
    if ((await stat(file)).mode & 0o077) process.stderr.write(`Note: others can read ${file}: chmod 600 ${file}\n`);
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new Usage(`the token file ${file} cannot be read`, { cause });
  }
}
