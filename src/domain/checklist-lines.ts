import { asPlain } from './plain-text.ts';
import type { Gate, Project, Role } from './project.ts';
import { holding, rolesMissingIn } from './run/sign-offs.ts';
import type { ChecklistItem, Evidence, RunState, SignOff, Step } from './run/state.ts';
import { gatesOf, rulesOf, signedAs } from './stage-rules.ts';

/** A line of the release checklist: ticked, open, or left out and why. */
export interface Line {
  /** Markdown. */
  readonly text: string;
  readonly state: 'done' | 'open' | 'n/a';
  /** What shows it: a summary, numbers, links, who and when. */
  readonly facts: readonly string[];
}

/** What lines are made of; old runs lack what came later. */
export interface Seen {
  readonly state: RunState;
  readonly project: Project | undefined;
}

const OK = ['done', 'adopted'];

export function stepsOf({ state }: Seen, id: string | RegExp): Step[] {
  return (state.steps ?? []).filter((one) => (typeof id === 'string' ? one.id === id : id.test(one.id)));
}

/** A line that stands for steps: ticked where all of them are done; what a person or the policy left out is said. */
export function stepLine(text: string, steps: readonly Step[], absent: string | null): Line {
  if (steps.length === 0) return absent === null ? open(text) : { text, state: 'n/a', facts: [absent] };
  const facts = steps.flatMap((step) => factsOf(step, steps.length > 1));
  const left = steps.filter((one) => one.status === 'skipped');
  if (left.length === steps.length) return { text, state: left.some((one) => one.skipped) ? 'open' : 'n/a', facts };
  const done = steps.every((one) => OK.includes(one.status) || (one.status === 'skipped' && !one.skipped));
  return { text, state: done ? 'done' : 'open', facts };
}

export function open(text: string, ...facts: string[]): Line {
  return { text, state: 'open', facts };
}

export function leftOut(text: string, why: string): Line {
  return { text, state: 'n/a', facts: [why] };
}

function factsOf(step: Step, named: boolean): string[] {
  const name = named ? `${step.id.replace(/^[a-z]+\./, '')}: ` : '';
  const status = OK.includes(step.status) || step.status === 'skipped' ? '' : `${step.status}: `;
  const summary = step.skipped ? `skipped by ${step.skipped.by}: ${step.skipped.reason}` : step.summary;
  return [`${name}${status}${summary || step.status}`, ...(step.evidence ?? []).map(evidenceFact)];
}

function evidenceFact({ name, value, url, artifact }: Evidence): string {
  const what = value === undefined ? (url ?? artifact?.digest ?? '') : String(value);
  const digest = value !== undefined && artifact ? ` (${artifact.digest})` : '';
  return `${name}: ${what}${digest}`;
}

/** A line that stands for gates: ticked where all that this kind of release asks for have passed. */
export function gateLine(
  text: string,
  seen: Seen,
  { wanted, absent }: { wanted: (gate: Gate) => boolean; absent: string },
): Line {
  const { state, project } = seen;
  if (!project) return stepLine(text, [], null);
  const asked = state.procedure
    ? gatesOf({ project, version: state.version, procedure: state.procedure })
    : project.gates;
  const names = asked.filter(wanted).map(({ name }) => `test.gate.${name}`);
  if (names.length === 0)
    return leftOut(text, project.gates.some(wanted) ? 'this kind of release goes without' : absent);
  const steps = (state.steps ?? []).filter(({ id }) => names.includes(id));
  const line = stepLine(text, steps, null);
  return steps.length < names.length ? { ...line, state: 'open' } : line;
}

/** Items that people tick: each with who, when and what they wrote. */
export function itemLine({ text, passed, by, at, note }: ChecklistItem): Line {
  const who = by === undefined ? [] : [`${passed ? 'ticked off' : 'found not to hold'} by ${by} at ${at}`];
  return {
    text: asPlain(text),
    state: passed === true ? 'done' : 'open',
    facts: [...who, ...(note === undefined ? [] : [note])],
  };
}

export function itemsNamed(items: readonly ChecklistItem[] | undefined, ...names: string[]): ChecklistItem[] {
  return (items ?? []).filter(({ item }) => names.includes(item));
}

/** One line for several items. */
export function itemsLine(text: string, items: readonly ChecklistItem[], absent: string): Line {
  if (items.length === 0) return leftOut(text, absent);
  const lines = items.map(itemLine);
  const facts = lines.map((line, index) => `${items[index]!.text}: ${line.facts.join('; ') || 'open'}`);
  return { text, state: lines.every((line) => line.state === 'done') ? 'done' : 'open', facts };
}

const ROLE_NAMES: Partial<Record<Role, string>> = {
  'tech-lead': 'Tech Lead',
  qa: 'QA',
  'product-owner': 'Product Owner',
};

export function signOffLines({ state, project }: Seen): Line[] {
  const wanted = project ? project.signOffs[signedAs(state)] : (state.signOffs ?? []).map(({ role }) => role);
  const signed = holding({ ...state, signOffs: state.signOffs ?? [] });
  const template: Role[] = ['tech-lead', 'qa', 'product-owner'];
  return [...new Set([...template, ...wanted])].map((role) => {
    const text = `${ROLE_NAMES[role] ?? nameOf(role)} approval`;
    const given = signed.filter((one) => one.role === role);
    if (given.length > 0) {
      const enough =
        rolesMissingIn(
          wanted.filter((one) => one === role),
          given,
        ).length === 0;
      const approved = given.every((one) => one.decision === 'approve');
      return { text, state: enough && approved ? 'done' : 'open', facts: given.flatMap(signOffFacts) };
    }
    return wanted.includes(role) ? open(text, '___________') : leftOut(text, 'policy asks for none');
  });
}

function signOffFacts({ by, own, at, decision, commit, manifest, comment }: SignOff): string[] {
  const starter = own ? ', who started the run' : '';
  const facts = [`${decision} by ${by}${starter} at ${at}`, `for commit ${commit}, manifest ${manifest}`];
  return comment ? [...facts, comment] : facts;
}

function nameOf(role: string): string {
  return role
    .split('-')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(' ');
}

/** Does this kind of release leave the part out? */
export function stageLeavesOut({ state, project }: Seen, part: 'rehearsal' | 'index' | 'image' | 'docs'): boolean {
  if (!project || !state.procedure) return false;
  return !rulesOf({ project, version: state.version, procedure: state.procedure })[part];
}
