import { asPlain } from '../plain-text.ts';
import { openItems } from './checklist.ts';
import { HOW_TO_SIGN, signOffWait } from './github-word.ts';
import type { Evidence, RunState, Step } from './state.ts';

const GATE = 'test.gate.';
const LAST = 5;

/** What the comment on a run's pull request says, in this order; the words of others are shown and never read as Markdown. */
export function parts(state: RunState, runUrl: string | null): string[] {
  return [
    facts(state, runUrl),
    ...(state.ending === undefined ? waits(state, runUrl) : [asPlain(state.ending)]),
    ...howToSign(state),
    ...section('Signed', signed(state)),
    ...section('Did not count', refused(state)),
    ...gates(state),
    ...section('Left as it is', state.notUndone.map(asPlain)),
    links(state),
  ].filter((part) => part !== '');
}

function facts(state: RunState, runUrl: string | null): string {
  const run = runUrl === null ? `\`${state.id}\`` : `[\`${state.id}\`](${runUrl})`;
  const open = openItems(state).length;
  return [
    `Run ${run}, started by ${asPlain(state.startedBy)}, phase **${state.phase}**`,
    ...(state.commit === undefined ? [] : [`Commit \`${state.commit}\``]),
    ...(state.manifest === undefined ? [] : [`Manifest \`${state.manifest.digest}\``]),
    ...(state.checklist.length === 0
      ? []
      : [`Checklist: ${state.checklist.length - open} of ${state.checklist.length} ticked off`]),
  ].join('  \n');
}

function waits(state: RunState, runUrl: string | null): string[] {
  const answer = runUrl === null ? '' : `: [answer on its page](${runUrl})`;
  const waiting = state.waitingFor.map(
    ({ kind, for: names, since }) =>
      `**Waits for** ${kind === 'check' ? 'the checklist' : asPlain(names.join(', '))} since ${since}${answer}`,
  );
  const blocked = state.steps
    .filter(({ status, problem }) => status === 'blocked' && problem !== undefined)
    .map(
      (one) =>
        `**${one.id} is blocked** (attempt ${one.attempt}): ${asPlain(one.problem!.message)} ${asPlain(one.problem!.remedy)}`,
    );
  return [...waiting, ...blocked];
}

function howToSign(state: RunState): string[] {
  const wait = signOffWait(state);
  if (!wait || state.pullRequest === undefined) return [];
  const commands = wait.for.map((role) => `/slipway approve as ${role}\n/slipway reject as ${role} WHY`);
  return [
    'To sign off here, write a comment or a review with one of these on a line of its own. It is for the commit and the manifest above.',
    ['```', ...commands, '```'].join('\n'),
  ];
}

export function signed(state: RunState): string[] {
  return state.signOffs.map(({ role, decision, by, at, comment, voided }) => {
    const what = `${role}: ${decision === 'approve' ? 'approved' : 'rejected'} by ${asPlain(by)} at ${at}`;
    const why = comment === undefined ? '' : `: ${asPlain(comment)}`;
    return voided === undefined ? `${what}${why}` : `~~${what}${why}~~ (${asPlain(voided)})`;
  });
}

/** Who tried to sign off and could not, wherever they tried it; the last few. */
export function refused(state: RunState): string[] {
  const refusals = state.refusals
    .filter(({ signal }) => signal === 'signOff')
    .map(({ at, by, reason }) => ({ at, line: `${asPlain(by)}: ${asPlain(reason)}` }));
  const heard = (state.heard?.last ?? []).map(({ at, account, answer }) => ({
    at,
    line: `${asPlain(account)} on GitHub: ${shown(answer)}`,
  }));
  return [...refusals, ...heard]
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(-LAST)
    .map(({ at, line }) => `${line} (${at})`);
}

/** How to say it stays code: GitHub reads it, and people copy it. */
function shown(answer: string): string {
  return answer.split(HOW_TO_SIGN).map(asPlain).join(HOW_TO_SIGN);
}

function gates({ steps }: RunState): string[] {
  const all = steps.filter(({ id }) => id.startsWith(GATE));
  if (all.length === 0) return [];
  const row = (step: Step) => `| ${asPlain(step.id.slice(GATE.length))} | ${step.status} | ${measured(step)} |`;
  return ['**Gates**', ['| gate | | measured |', '| --- | --- | --- |', ...all.map(row)].join('\n')];
}

export function measured({ summary, evidence }: Step): string {
  return [summary.slice(0, 200), ...evidence.flatMap(number)].map(asPlain).join('; ');
}

function number({ name, value }: Evidence): string[] {
  return value === undefined ? [] : [`${name} ${value}`];
}

function links({ links: all }: RunState): string {
  return Object.entries(all)
    .filter(([name, url]) => /^https?:\/\/[^\s()<>]+$/.test(url) && name !== 'pull request')
    .map(([name, url]) => `[${asPlain(name)}](${url})`)
    .join(' · ');
}

export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`**${title}**`, lines.map((line) => `- ${line}`).join('\n')];
}
