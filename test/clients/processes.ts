import { readdir, readFile } from 'node:fs/promises';

/** Numbers of the processes whose arguments hold `marker`; zombies have none. */
export async function processesWith(marker: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => lines[index]?.split('\0').includes(marker));
}

/** Asks until the answer suits; the test's own time limit ends it otherwise. */
export async function until<T>(ask: () => Promise<T>, suits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (suits(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
