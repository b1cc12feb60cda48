import { rmSync, writeSync } from 'node:fs';
import { firstToken } from './first-start.ts';
import { type RunningNode, startNode } from './node.ts';

/** A node until SIGTERM or SIGINT: everything is ended with it, in order; a second signal ends all of it at once. */
export async function runNode(): Promise<number> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  let asked = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      asked += 1;
      if (asked > 1) process.exit(1); // what it started ends with it
      say(`${signal}: workers finish or hand back what they do; again: at once`);
      stop();
    });
  }
  const starting = startNode(process.env, say);
  const node = await Promise.race([starting, stopped]);
  if (!node) {
    await starting.then((late) => late.close());
    return 0;
  }
  greet(node);
  process.stdout.write(`${node.url}\n`);
  await stopped;
  await node.close();
  return 0;
}

function greet({ url, places, temporal }: RunningNode): void {
  say(`
Slipway on this machine alone: ${url}
  state           ${places.root} (0700; back it up: npm run -s slipway -- backup FILE)
  configuration   ${places.config}/slipway.yaml, projects in ${places.config}/projects
  credentials     ${places.credentials}: one file each, read by the publish worker alone
  logs            ${places.logs}
  Temporal        ${temporal.address}, its pages ${temporal.uiAddress}
`);
  const first = firstToken(places);
  if (first) {
    const { login, token, file } = first;
    if (process.stderr.isTTY) {
      say(`Your token, shown this once (login ${login}, 90 days):\n  ${token}`);
      rmSync(file); // a log would keep what it is told, a terminal does not
    } else say(`Your token (login ${login}, 90 days) is in ${file}: read it, then delete the file.`);
    say(`

What to do next:
  1. Sign in at ${url} with the token. Later ones: npm run -s slipway -- token new --login ${login} --config ${places.config}
  2. npm run -s slipway -- detect PATH-OF-A-CLONE --out ${places.config}/projects/NAME.yaml, and read what it wrote.
  3. Put what it names as credentials into ${places.credentials}: one file each (such as PYPI_TOKEN), chmod 600.
  4. Start a dry run on the page: it pushes nothing and tells every effect in order.
`);
  }
  say(`What this is good for: one maintainer or a few, on one machine that may be switched off; runs go on where they were.
What it is not: it has no second machine to go on, and Temporal's own development server (${temporal.version}) is at its
heart, which its makers call "not for production": the file of its state belongs to this version, so take a backup before an upgrade.
A team runs Temporal's server on a database, and sets TEMPORAL_ADDRESS. Until Ctrl-C.`);
}

/** Written through: whoever reads a log of ours after a crash finds the last line. */
function say(line: string): void {
  writeSync(2, `${line}\n`);
}
