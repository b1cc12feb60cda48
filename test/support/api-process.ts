import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './imports.ts';

/** The API as a process of its own, as `npm start` starts it; the environment is complete. */
export async function startApi({ env, logFile }: { env: Record<string, string>; logFile: string }) {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [join(root, 'src/server.ts')], {
    env,
    stdio: ['ignore', 'ignore', log, 'ipc'],
  });
  closeSync(log);
  const [told] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the API ended with ${code}: ${logFile}`))),
  ])) as [{ url: string }];
  return {
    url: told.url,
    async end() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
