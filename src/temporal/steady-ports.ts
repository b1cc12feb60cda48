import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { freePort } from './free-port.ts';

/** A port for each part: those of the last start where they are free, so that addresses that people noted down still lead somewhere. */
export async function steadyPorts<Part extends string>(
  file: string,
  parts: readonly Part[],
): Promise<Readonly<Record<Part, number>>> {
  const before = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<Part, number>>)
    : ({} as Partial<Record<Part, number>>);
  const chosen: Partial<Record<Part, number>> = {};
  for (const part of parts) {
    const usual: number | undefined = before[part];
    chosen[part] =
      usual !== undefined && (await isFree(usual))
        ? usual
        : await unusedPort(Object.values<number | undefined>(chosen));
  }
  writeFileSync(file, `${JSON.stringify(chosen, null, 2)}\n`);
  return chosen as Record<Part, number>;
}

async function unusedPort(taken: readonly (number | undefined)[]): Promise<number> {
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
