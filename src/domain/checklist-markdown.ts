import {
  gateLine,
  itemLine,
  itemsLine,
  itemsNamed,
  type Line,
  leftOut,
  open,
  type Seen,
  signOffLines,
  stageLeavesOut,
  stepLine,
  stepsOf,
} from './checklist-lines.ts';
import { asPlain } from './plain-text.ts';
import type { Gate } from './project.ts';
import type { RunState } from './run/state.ts';
import { goesThroughMain } from './stage-rules.ts';

/** Items of the policy's own checklist that have a line of their own in the template. */
const DOCUMENTS = ['user-guide', 'migration-guide', 'compatibility-matrix'];
const NAMED = [...DOCUMENTS, 'manual-tests', 'rollback-plan', 'dashboards'];

/** The release checklist as Markdown, each line ticked by what the run has done, with what shows it. */
export function checklistMarkdown(state: RunState): string {
  const seen: Seen = { state, project: state.frozen?.project };
  const kind = state.kind === 'hotfix' ? 'Hotfix' : state.kind === 'rollback' ? 'Rollback' : 'Release';
  const parts = [
    `# ${kind} Checklist: v${state.version}`,
    about(state),
    section('Pre-Release', preRelease(seen)),
    section('Release', release(seen)),
    section('Post-Release', postRelease(seen)),
    section('Sign-off', signOffLines(seen)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function about({ id, runId, startedBy, startedAt, commit, manifest, outcome, status }: RunState): string {
  return [
    `Run \`${id}\` (${runId}), started by ${asPlain(startedBy ?? 'unknown')} at ${startedAt}: ${outcome ?? status}`,
    ...(commit ? [`Commit \`${commit}\``] : []),
    ...(manifest ? [`Manifest \`${manifest.digest}\``] : []),
  ].join('  \n');
}

function preRelease(seen: Seen): Line[] {
  const { state, project } = seen;
  const version = stepsOf(seen, 'prepare.version');
  const fromTag = project?.version.dynamic ? 'the version comes from the tag' : null;
  const docs = [...stepsOf(seen, 'prepare.api-docs')];
  const documents = itemsNamed(state.checklist, ...DOCUMENTS);
  return [
    fromTag === null
      ? stepLine('Version updated in `pyproject.toml`', version, null)
      : leftOut('Version updated in `pyproject.toml`', fromTag),
    fromTag === null ? inInit(version) : leftOut('Version updated in `__init__.py`', fromTag),
    project?.changelog === null && !project.towncrier
      ? leftOut('CHANGELOG.md updated', 'the project keeps no changelog')
      : stepLine('CHANGELOG.md updated', stepsOf(seen, 'prepare.changelog'), null),
    tests(seen),
    docs.length > 0 && documents.length === 0
      ? stepLine('Documentation updated', docs, null)
      : itemsLine('Documentation updated', documents, 'nothing on it is generated or on the checklist'),
    gateLine('Security scan completed', seen, { wanted: scans, absent: 'no gate of this project scans' }),
    gateLine('Performance benchmarks validated', seen, {
      wanted: (gate) => gate.benchmark !== undefined,
      absent: 'the project has no benchmarks',
    }),
    ...(state.checklist ?? []).filter(({ item }) => !NAMED.includes(item)).map(itemLine),
  ];
}

const ALL_GATES = { wanted: () => true, absent: 'the project has no gates' };

function scans({ name, bandit, builtin }: Gate): boolean {
  return bandit !== undefined || builtin === 'audit' || /secur|bandit|audit/.test(name);
}

/** The gates, and what was built installs and runs. */
function tests(seen: Seen): Line {
  const text = 'All tests passing';
  const gates = gateLine(text, seen, ALL_GATES);
  const install = stepLine(text, stepsOf(seen, 'test.install'), null);
  const done = gates.state !== 'open' && install.state === 'done';
  return { text, state: done ? 'done' : 'open', facts: [...gates.facts, ...install.facts] };
}

/** The step says which files it edited. */
function inInit(steps: ReturnType<typeof stepsOf>): Line {
  const text = 'Version updated in `__init__.py`';
  const [step] = steps;
  if (step === undefined || (step.status !== 'done' && step.status !== 'adopted')) return stepLine(text, steps, null);
  const files = step.summary.split(/[,;]\s*/).filter((file) => file.endsWith('.py'));
  return files.length > 0
    ? { text, state: 'done', facts: [files.join(', ')] }
    : leftOut(text, 'the package keeps no version of its own');
}

function release(seen: Seen): Line[] {
  const { state, project } = seen;
  const index = project?.publish.index.name ?? 'PyPI';
  const test = project?.publish.testIndex?.name ?? 'TestPyPI';
  const by = (part: 'rehearsal' | 'index') => (stageLeavesOut(seen, part) ? 'this kind of release goes without' : null);
  return [
    stepLine('Release branch created', stepsOf(seen, 'prepare.commit'), null),
    gateLine('Quality gates passed', seen, ALL_GATES),
    stepLine('Package built successfully', stepsOf(seen, 'test.build'), null),
    stepLine(
      `${nameOfIndex(test)} upload successful`,
      stepsOf(seen, 'test.rehearsal'),
      by('rehearsal') ?? (project && !project.publish.testIndex ? 'the project names no test index' : null),
    ),
    itemsLine('Manual testing completed', itemsNamed(state.checklist, 'manual-tests'), manualAbsent(seen)),
    ...(project && state.procedure && goesThroughMain(state)
      ? [stepLine(`Merged into ${project.branches.main}`, stepsOf(seen, 'release.merge'), null)]
      : []),
    stepLine('Tag created and pushed', stepsOf(seen, 'release.tag'), null),
    stepLine(`${nameOfIndex(index)} upload successful`, stepsOf(seen, /^release\.(index|visible)$/), by('index')),
    stepLine(
      'GitHub release created',
      stepsOf(seen, 'publish.github-release'),
      project && !project.publish.github ? 'the project does not publish to GitHub' : null,
    ),
  ];
}

function manualAbsent({ state }: Seen): string {
  return (state.checklist ?? []).length > 0
    ? 'the checklist names the tests one by one'
    : 'the checklist asks for none';
}

function nameOfIndex(name: string): string {
  return { pypi: 'PyPI', testpypi: 'TestPyPI' }[name] ?? name;
}

function postRelease(seen: Seen): Line[] {
  const { state, project } = seen;
  const stage = 'this kind of release goes without';
  const announced = stepsOf(seen, /^close\.announce\./);
  return [
    stepLine(
      'Documentation deployed',
      stepsOf(seen, 'publish.docs-site'),
      project && !project.publish.docs ? 'the project has no docs site' : stageLeavesOut(seen, 'docs') ? stage : null,
    ),
    stepLine(
      'Docker images updated',
      stepsOf(seen, /^(publish\.image|test\.image)$/).filter(
        ({ id, status }) => id !== 'test.image' || status === 'skipped',
      ),
      project && !project.publish.image ? 'the project has no image' : stageLeavesOut(seen, 'image') ? stage : null,
    ),
    stepLine(
      'Release announcement sent',
      announced,
      project && (project.announce ?? []).length === 0 ? 'the project has no channels' : null,
    ),
    dashboards(seen),
    stepLine(
      'Next milestone created',
      stepsOf(seen, 'close.milestones'),
      project && !project.milestones?.next ? 'policy asks for none' : null,
    ),
    itemsLine(
      'Rollback plan documented',
      itemsNamed(state.checklist, 'rollback-plan'),
      'not on the checklist: a rollback is a run of its own, started at any time',
    ),
    ...(state.afterwards ?? []).filter(({ item }) => !NAMED.includes(item)).map(itemLine),
  ];
}

/** A window that has ended, or a person who looked. */
function dashboards(seen: Seen): Line {
  const text = 'Monitoring dashboards checked';
  const { window, afterwards } = seen.state;
  const looked = itemsNamed(afterwards, 'dashboards').map(itemLine);
  const verdict = window?.verdict;
  if (window && verdict) {
    const facts = [
      `watched from ${window.startedAt} to ${window.endsAt}: ${verdict}`,
      ...looked.flatMap(({ facts }) => facts),
    ];
    return { text, state: verdict === 'healthy' || looked[0]?.state === 'done' ? 'done' : 'open', facts };
  }
  if (window) return open(text, `watched until ${window.endsAt}`);
  return looked[0] ? { ...looked[0], text } : leftOut(text, 'nothing is watched, and nobody is asked to look');
}

function section(title: string, lines: readonly Line[]): string {
  return [`## ${title}`, '', ...lines.flatMap(lineMarkdown)].join('\n');
}

function lineMarkdown({ text, state, facts }: Line): string[] {
  const box = state === 'done' ? '[x]' : '[ ]';
  const [first = '', ...others] = facts.filter((fact) => fact !== '').map(fact);
  const after = state === 'n/a' ? ` — n/a: ${first}` : first === '' ? '' : `: ${first}`;
  return [`- ${box} ${text}${after}`, ...others.map((one) => `  - ${one}`)];
}

const LINK = /(https?:\/\/[^\s<>()"]+)/;
const LONGEST_FACT = 500;

/** Addresses stay addresses; all other words are words. */
function fact(text: string): string {
  const short = text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT)}…` : text;
  return short
    .split(LINK)
    .map((part, index) => (index % 2 === 1 ? `<${part}>` : asPlain(part)))
    .join('');
}
