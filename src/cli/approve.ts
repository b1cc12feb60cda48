import { createInterface } from 'node:readline/promises';
import type { Run } from '../api-client/client.ts';
import { NotNow, Usage } from './exit.ts';
import { serviceOf } from './service.ts';
import { aimOf, type SignalOptions, tell } from './signal.ts';
import { plain } from './words.ts';

interface SignOffOptions extends SignalOptions {
  readonly role?: string;
  readonly comment?: string;
  /** What the signer has looked at: another one is not signed. */
  readonly commit?: string;
  readonly manifest?: string;
  readonly yes?: boolean;
}

type Role = Run['signOffs'][number]['role'];

export function approve(id: string, options: SignOffOptions): Promise<void> {
  return signOff(id, 'approve', options);
}

export function reject(id: string, options: SignOffOptions): Promise<void> {
  return signOff(id, 'reject', options);
}

/** Fetches the run, shows what would be signed, and signs just that: what changes meanwhile is refused by the run. */
async function signOff(id: string, decision: 'approve' | 'reject', options: SignOffOptions): Promise<void> {
  const service = await serviceOf(options);
  const aim = aimOf(options);
  const run = await service.showRun(id, aim.run === undefined ? {} : { run: aim.run });
  const { commit, manifest } = signed(run, options);
  const role = roleOf(run, options.role);
  if (!options.json) process.stdout.write(shown(run));
  if (!options.yes && !options.json && process.stdin.isTTY && !(await agreed(`${decision} as ${role}?`))) {
    throw new NotNow('nothing was signed');
  }
  const comment = options.comment === undefined ? {} : { comment: options.comment };
  const body = { role: role as Role, decision, commit, manifest, ...comment };
  tell(await service.signOff(id, body, { ...aim, run: run.runId }), `${decision} as ${role}`, options);
}

function signed({ id, phase, commit, manifest }: Run, expected: SignOffOptions) {
  if (commit === undefined || manifest === undefined)
    throw new NotNow(`${id} has nothing to sign yet: it is at ${phase}`);
  if (expected.commit !== undefined && expected.commit !== commit) {
    throw new NotNow(`${id} is at the commit ${commit}, not ${expected.commit}: look at it again`);
  }
  if (expected.manifest !== undefined && expected.manifest !== manifest.digest) {
    throw new NotNow(`${id} has the manifest ${manifest.digest}, not ${expected.manifest}: look at it again`);
  }
  return { commit, manifest: manifest.digest };
}

function roleOf({ waitingFor }: Run, role: string | undefined): string {
  if (role !== undefined) return role;
  const awaited = waitingFor.filter(({ kind }) => kind === 'sign-off').flatMap((wait) => wait.for);
  const [only] = awaited;
  if (awaited.length === 1 && only !== undefined) return only;
  throw new Usage(`in which role? Add --role${awaited.length > 0 ? `; awaited: ${awaited.join(', ')}` : ''}`);
}

function shown({ id, commit, manifest, checklist, steps }: Run): string {
  const skipped = steps.filter(({ status }) => status === 'skipped');
  const ticked = checklist.filter(({ passed }) => passed);
  const lines = [
    `${id}`,
    `  commit    ${commit}`,
    `  manifest  ${manifest?.digest}`,
    ...[...(manifest?.files ?? []), ...(manifest?.extras ?? [])].map(({ name, digest }) => `    ${name}  ${digest}`),
    ...skipped.map(
      (step) => `  skipped   ${step.id}${step.skipped ? ` by ${step.skipped.by}: ${step.skipped.reason}` : ''}`,
    ),
    ...(checklist.length > 0 ? [`  checklist ${ticked.length} of ${checklist.length} ticked off`] : []),
  ];
  return lines.map((line) => `${plain(line)}\n`).join('');
}

async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
