import colours from 'picocolors';
import type { Run } from '../api-client/client.ts';
import { ago, plain } from './words.ts';

type Step = Run['steps'][number];

const MARKS: Readonly<Record<Step['status'], string>> = {
  pending: ' ',
  running: colours.cyan('…'),
  waiting: colours.yellow('◦'),
  blocked: colours.red('!'),
  done: colours.green('✓'),
  adopted: colours.green('='),
  skipped: colours.yellow('–'),
  failed: colours.red('✗'),
};

/** A run for a person: what it is, what it waits for and how to answer, its steps, and who signed. */
export function runText(run: Run): string {
  const { id, status, outcome, phase, startedBy, startedAt, commit, manifest, signOffs, refusals } = run;
  const state = outcome ?? (status === 'ended' ? 'ended' : `${status}, ${phase}`);
  const head = [
    `${colours.bold(id)}  ${painted(run, state)}  ${colours.dim(`by ${startedBy || 'somebody'}, ${ago(startedAt)} ago`)}`,
    ...(run.live || status === 'ended' ? [] : [colours.yellow('No worker answers: this is what is known.')]),
    ...(run.ending === undefined ? [] : [plain(run.ending)]),
  ];
  const facts = [
    ...(commit === undefined ? [] : [`commit    ${commit}`]),
    ...(manifest === undefined
      ? []
      : [`manifest  ${manifest.digest}  ${manifest.files.map(({ name }) => name).join(' ')}`]),
    ...signOffs.map(signOffLine),
    ...refusals.slice(-1).map(({ signal, by, reason }) => `refused   ${signal} by ${by}: ${reason}`),
    ...Object.entries(run.links)
      .filter(([, link]) => link.startsWith('http'))
      .map(([name, link]) => `link      ${name} ${link}`),
  ].map(plain);
  return [...head, ...facts, ...run.steps.map(stepLine), ...waitLines(run)].map((line) => `${line}\n`).join('');
}

function signOffLine({ decision, role, by, at, voided }: Run['signOffs'][number]): string {
  const counts = voided === undefined ? '' : `, void: ${voided}`;
  return `sign-off  ${decision === 'approve' ? 'approved' : 'rejected'} as ${role} by ${by}, ${ago(at)} ago${counts}`;
}

export function stepLine(step: Step): string {
  const { id, status, startedAt, endedAt, problem, skipped } = step;
  const seconds = endedAt === undefined ? '' : ((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  const took = colours.dim(`${seconds.padStart(7)}${seconds === '' ? '  ' : ' s'}`);
  const why = skipped ? `skipped by ${skipped.by}: ${skipped.reason}` : step.summary;
  const said = problem && status === 'blocked' ? `${problem.code}: ${problem.message}\n      ${problem.remedy}` : why;
  return `${MARKS[status]} ${id.padEnd(26)} ${took}  ${plain(said.slice(0, 600))}`;
}

/** What the run waits for, each with the command that answers it. */
export function waitLines(run: Run): string[] {
  return run.waitingFor.flatMap((wait) => {
    const since = colours.dim(`${wait.step ? `${wait.step}, ` : ''}${ago(wait.since)}`);
    const answer = answerTo(run, wait);
    const line = `${colours.yellow('waits for')} ${plain(wait.for.join(', '))} ${since}`;
    return answer === undefined ? [line] : [line, `    ${answer}`];
  });
}

function answerTo({ id }: Run, wait: Run['waitingFor'][number]): string | undefined {
  const [first = ''] = wait.for;
  const answers: Partial<Record<typeof wait.kind, string>> = {
    'sign-off': `slipway approve ${id} --role ${first}`,
    check: `slipway tick ${id} ${first}`,
    decision: `slipway decide ${id} retry|skip|abort --reason TEXT`,
    resume: `slipway resume ${id} --reason TEXT`,
    watch: `slipway watch ${id} extend|conclude|rollback --reason TEXT`,
  };
  return answers[wait.kind];
}

export function painted({ status, outcome }: { status: string; outcome?: string | undefined }, text: string): string {
  if (status === 'blocked' || status === 'stuck') return colours.red(text);
  if (status === 'waiting' || status === 'paused') return colours.yellow(text);
  return isGood(outcome) ? colours.green(text) : text;
}

/** Whether a run that has ended did what it was started for. */
export function isGood(outcome: string | null | undefined): boolean {
  return ['released', 'rehearsed', 'planned', 'rolled-back'].includes(outcome ?? '');
}
