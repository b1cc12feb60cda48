import { branchFor } from '../stage-rules.ts';
import { openItems } from './checklist.ts';
import { holding, missingRoles } from './sign-offs.ts';
import type { RunState, Step } from './state.ts';
import { refused, section, signed } from './told-parts.ts';

/** The run as Markdown for readers of the Temporal UI: what it does, whom it waits for since when, and the exact command that answers. */
export function detailsOf(state: RunState): string {
  return [
    `**${state.kind} of ${state.project} ${state.version}** — ${state.outcome ?? state.status}, phase ${state.phase}`,
    state.ending ?? '',
    ...waits(state),
    ...blocked(state),
    ...window(state),
    begun(state),
    Object.entries(state.links)
      .map(([name, url]) => `[${name}](${url})`)
      .join(' · '),
    ...section('Signed', signed(state)),
    ...section('Did not count', refused(state)),
    ...section('Checklist', checklist(state)),
    ...section('Manifest', state.manifest ? manifest(state.manifest) : []),
    ...section('It would', state.plan?.effects.map(cell) ?? []),
    ...section('Taken back', state.undone.map(cell)),
    ...section('Left as it is', state.notUndone.map(cell)),
    steps(state.steps),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, 18_000);
}

function waits(state: RunState): string[] {
  return state.waitingFor.map((one) => {
    const head = `**Waits for** ${one.for.join(', ')} since ${one.since} (${one.step})`;
    const command = answerTo(state, one.step);
    const there = one.kind === 'sign-off' && state.pullRequest ? onGitHub(state.pullRequest, one.for) : '';
    return command ? `${head}. To answer${there}:\n\n\`\`\`\n${command}\n\`\`\`` : head;
  });
}

function onGitHub(pullRequest: number, roles: readonly string[]): string {
  return `, write \`/slipway approve as ${roles[0]}\` on pull request #${pullRequest}, or send`;
}

function blocked(state: RunState): string[] {
  return state.steps
    .filter((one) => one.status === 'blocked' && one.problem)
    .map((one) => {
      const faults = one.problem!.faults?.map((fault) => `\n- ${fault}`).join('') ?? '';
      return `**${one.id} is blocked** (attempt ${one.attempt}): ${one.problem!.message}${faults}\n\n${one.problem!.remedy}`;
    });
}

/** The line that answers a wait of this step, with what only the sender knows in capitals. */
function answerTo(state: RunState, step: string): string | undefined {
  const named = { commit: state.commit, manifest: state.manifest?.digest };
  const entry = state.steps.find((one) => one.id === step);
  if (entry?.status === 'blocked') {
    const actions = entry.skippable ? 'retry|skip|abort' : 'retry|abort';
    return signal(state, 'decide', { step, attempt: entry.attempt, action: actions, reason: 'WHY' });
  }
  if (step === 'approve.sign-offs') {
    return signal(state, 'signOff', { role: missingRoles(state).join('|'), decision: 'approve|reject', ...named });
  }
  if (step === 'approve.checklist') {
    return signal(state, 'check', { item: openItems(state)[0]?.item, passed: true, ...named });
  }
  if (step === 'prepare.fix') return `git push origin HEAD:${branchFor(state)}`;
  if (step === 'observe.window' && state.window) {
    const actions = state.kind === 'rollback' ? 'extend|conclude' : 'extend|conclude|rollback';
    return signal(state, 'watch', { attempt: state.window.attempt, action: actions, reason: 'WHY' });
  }
  return state.paused ? signal(state, 'resume', { reason: 'WHY' }) : undefined;
}

const ROUTES: Readonly<Partial<Record<string, string>>> = {
  signOff: 'sign-offs',
  check: 'checks',
  decide: 'decisions',
};

/** By the Temporal CLI where it may be; else by the API, which signs what it sends. */
function signal(state: RunState, name: string, payload: Record<string, unknown>): string {
  if (state.frozen?.unsignedSignals === 'refuse') {
    const headers = `-H 'content-type: application/json' -H "authorization: Bearer $SLIPWAY_TOKEN"`;
    return `curl ${headers} -d '${JSON.stringify(payload)}' "$SLIPWAY_URL/v1/runs/${state.id}/${ROUTES[name] ?? name}"`;
  }
  const input = JSON.stringify({ requestId: 'ANY-NEW-ID', by: 'YOUR-LOGIN', ...payload });
  return `temporal workflow signal --workflow-id '${state.id}' --name ${name} --input '${input}'`;
}

/** What is watched, and what was seen last. */
function window({ window: open }: RunState): string[] {
  if (!open) return [];
  const head = open.verdict
    ? `**Window**: ${open.summary}`
    : `**Window** until ${open.endsAt}, attempt ${open.attempt}`;
  const asked = open.asked ? `People are asked since ${open.asked.at}: ${open.asked.why}` : '';
  const rows = open.probes.map(({ name, health, note, breach }) => {
    const mark = breach === undefined ? health : `**${health}, a breach**`;
    return `| ${name} | ${mark} | ${cell(note)} |`;
  });
  return [head, asked, ['| probe | health | |', '| --- | --- | --- |', ...rows].join('\n')].filter(
    (part) => part !== '',
  );
}

function steps(all: readonly Step[]): string {
  return [
    '| step | status | |',
    '| --- | --- | --- |',
    ...all.map((one) => `| ${one.id} | ${one.status} | ${cell(numbered(one))} |`),
  ].join('\n');
}

/** What a gate measured stands beside what it says. */
function numbered({ summary, evidence }: Step): string {
  const numbers = evidence.filter(({ value, artifact }) => value !== undefined && artifact === undefined);
  return [summary.slice(0, 100), ...numbers.map(({ name, value }) => `${name} ${value}`)].join('; ');
}

/** Who began it and with what it goes on: the same that people sign. */
function begun({ startedBy, startedAt, commit, manifest: frozen }: RunState): string {
  const what = [...(commit ? [`commit \`${commit}\``] : []), ...(frozen ? [`manifest \`${frozen.digest}\``] : [])];
  return [`Started by ${startedBy} at ${startedAt}`, ...what].join('; ');
}

function checklist({ checklist: before, afterwards = [] }: RunState): string[] {
  return [...before, ...afterwards].map(({ item, text, passed, by, at }) => {
    const answer = passed === undefined ? 'open' : `${passed ? 'holds' : 'does not hold'}, by ${by} at ${at}`;
    return `${cell(text)} (\`${item}\`): ${answer}`;
  });
}

function manifest({ files, extras }: NonNullable<RunState['manifest']>): string[] {
  return [...files, ...extras].map(({ name, digest, size }) => `${cell(name)}, ${size} bytes, \`${digest}\``);
}

function cell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|').slice(0, 160);
}

/** Who signed what, for a record: roles with people and times. */
export function signedBy(state: RunState): string[] {
  return holding(state).map(
    (one) => `${one.role}: ${one.decision} by ${one.by} at ${one.at}${one.own ? ' (started the run)' : ''}`,
  );
}
