import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { freePort } from '../temporal/free-port.ts';

const PARTS = ['api', 'temporal', 'temporalUi', 'github', 'index', 'testIndex', 'registry', 'advisories'] as const;
export type Ports = Readonly<Record<(typeof PARTS)[number], number>>;

/** A port for each part: those of the last start where they are free, so that addresses that people noted down still lead somewhere. */
export async function portsFrom(file: string): Promise<Ports> {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Ports>) : {};
  const chosen: Partial<Record<(typeof PARTS)[number], number>> = {};
  for (const part of PARTS) {
    const usual = before[part];
    chosen[part] = usual !== undefined && (await isFree(usual)) ? usual : await unusedPort(Object.values(chosen));
  }
  const ports = chosen as Ports;
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

async function unusedPort(taken: readonly number[]): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (!taken.includes(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}
