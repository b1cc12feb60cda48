import type { ChecklistEntry, Gate, IndexTarget, Project, Role, Smoke, Stage, StageRules } from '../domain/project.ts';
import { ownerAndName } from './address.ts';
import { boardOf, channelsOf, milestonesOf } from './announce-defaults.ts';
import { STRICT_CHECKLIST } from './checklist-defaults.ts';
import { monitoringOf } from './monitoring-defaults.ts';
import type { ProjectFile } from './project-schema.ts';

const STRICT_OVERALL = 85;
const STRICT_PATHS = 95;
const STRICT_BUILTINS = ['reviewed', 'checks', 'pythons', 'audit', 'licences'] as const;
const GATE_TIMEOUT = 1800;
const SMOKE_TIMEOUT = 60;

/** Fills in what the file leaves out: by the policy, by the repository's address, by the stage. */
export function completeProject(file: ProjectFile): Project {
  const strict = file.policy === 'strict';
  const repositoryName = nameOf(file.repository);
  const project = file.project ?? repositoryName.toLowerCase();
  const publish = publishOf(file, strict);
  return {
    project,
    repository: file.repository,
    package: file.package ?? project,
    title: file.title ?? repositoryName,
    branches: file.branches,
    version: { ...file.version, dynamic: file.version.dynamic ?? file.version.files?.length === 0 },
    changelog: file.changelog,
    towncrier: file.towncrier,
    environment: environmentOf(file),
    ...(file.isolation === undefined ? {} : { isolation: file.isolation }),
    ...(file.limits === undefined ? {} : { limits: file.limits }),
    gates: gatesOf(file, strict),
    smoke: file.smoke.map(smokeOf),
    checklist: checklistOf(file, strict),
    policy: file.policy,
    signOffs: signOffsOf(file, strict),
    ...mayOf(file),
    pullRequest: file.pullRequest,
    apiDocs: file.apiDocs,
    ...buildOf(file),
    sbom: file.sbom,
    publish,
    stages: stagesOf(file),
    waits: file.waits,
    monitoring: monitoringOf(file.monitoring, strict),
    announce: channelsOf(file),
    reminders: file.reminders,
    schedule: file.schedule ?? {},
    milestones: milestonesOf(file, publish.github !== null),
    labels: file.labels,
    board: boardOf(file),
  };
}

export function nameOf(repository: string): string {
  return (
    repository
      .replace(/\/+$/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.git$/, '') ?? ''
  );
}

/** `-r requirements.txt` is two arguments to pip. */
function environmentOf(file: ProjectFile): Project['environment'] {
  const { python, install } = file.environment;
  return { python, install: install.flatMap((one) => (one.startsWith('-') ? splitOnce(one) : [one])) };
}

function splitOnce(text: string): string[] {
  const at = text.indexOf(' ');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1).trim()];
}

function gatesOf(file: ProjectFile, strict: boolean): Gate[] {
  const own = (file.gates ?? [defaultTests(strict)]).map((gate) => gateOf(gate, strict));
  const missing = STRICT_BUILTINS.filter((builtin) => strict && !own.some((gate) => gate.builtin === builtin));
  const added = missing.map((builtin) => gateOf({ builtin, critical: false, network: false }, strict));
  return [...own, ...added].map((gate) => withPythons(gate, file.environment.python));
}

/** Without versions of its own the compatibility gate looks at the one that the environment names. */
function withPythons(gate: Gate, python: string | null): Gate {
  return gate.builtin === 'pythons' && gate.pythons === undefined && python !== null
    ? { ...gate, pythons: [python] }
    : gate;
}

type FileGate = NonNullable<ProjectFile['gates']>[number];

function defaultTests(strict: boolean): FileGate {
  const tests = { name: 'tests', critical: true, network: false };
  if (!strict) return { ...tests, run: 'python -m pytest' };
  return {
    ...tests,
    run: 'python -m pytest --cov --cov-report=json:coverage.json',
    coverage: { report: 'coverage.json', paths: {} },
  };
}

function gateOf({ name, run, builtin, timeout, coverage, ...rest }: FileGate, strict: boolean): Gate {
  return {
    ...rest,
    name: name ?? builtin ?? '',
    run: run ?? null,
    builtin: builtin ?? null,
    timeout: timeout ?? GATE_TIMEOUT,
    ...(coverage === undefined ? {} : { coverage: coverageOf(coverage, strict) }),
  };
}

function coverageOf({ report, overall, paths }: NonNullable<FileGate['coverage']>, strict: boolean) {
  const wanted = overall ?? (strict ? STRICT_OVERALL : undefined);
  return {
    report,
    ...(wanted === undefined ? {} : { overall: wanted }),
    paths: Object.fromEntries(Object.entries(paths).map(([path, least]) => [path, least ?? STRICT_PATHS])),
  };
}

function smokeOf({ run, url, expect, timeout = SMOKE_TIMEOUT, network }: ProjectFile['smoke'][number]): Smoke {
  if (url === undefined) return { kind: 'command', run, timeout, network };
  return { kind: 'server', run, url, expect: expect ?? [{ path: '/', status: 200 }], timeout, network };
}

type FileEntry = ProjectFile['checklist']['before'][number];

function checklistOf(file: ProjectFile, strict: boolean): Project['checklist'] {
  const wanted = strict ? STRICT_CHECKLIST : { before: [], after: [] };
  return {
    before: merged(wanted.before, file.checklist.before),
    after: merged(wanted.after, file.checklist.after),
  };
}

/** The policy's own items stay; one of the same name, or of the same words, takes its place. */
function merged(policy: readonly ChecklistEntry[], own: readonly FileEntry[]): ChecklistEntry[] {
  const entries = own.map((entry, index) => ({ ...entry, item: entry.item ?? itemOf(entry.text, index) }));
  const named = new Set(entries.map((entry) => entry.item));
  return [...policy.filter((entry) => !named.has(entry.item)), ...entries];
}

export function itemOf(text: string, index: number): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.slice(0, 5).join('-').slice(0, 60) || `item-${index + 1}`;
}

const EVERYONE: readonly Role[] = ['tech-lead', 'qa', 'product-owner'];

function signOffsOf(file: ProjectFile, strict: boolean): Project['signOffs'] {
  const own = file.signOffs;
  const lead: readonly Role[] = strict ? ['tech-lead'] : ['releaser'];
  const full = own.release ?? (strict ? EVERYONE : lead);
  return {
    alpha: own.alpha ?? [],
    beta: own.beta ?? lead,
    rc: own.rc ?? full,
    stable: own.stable ?? full,
    hotfix: own.hotfix ?? lead,
    rollback: own.rollback ?? lead,
  };
}

function mayOf({ may }: ProjectFile): Pick<Project, 'may'> {
  if (may === undefined) return {};
  const { skip, rollBack } = may;
  return { may: { ...(skip ? { skip } : {}), ...(rollBack ? { 'roll-back': rollBack } : {}) } };
}

function publishOf(file: ProjectFile, strict: boolean): Project['publish'] {
  const own = file.publish;
  const onGitHub = ownerAndName(file.repository)?.host === 'github.com';
  const { image, mergeBack, github, ...rest } = own;
  return {
    ...rest,
    testIndex:
      own.testIndex ?? (strict && own.testIndex !== null ? { name: 'testpypi', credential: 'TESTPYPI_TOKEN' } : null),
    index: own.index ? indexOf(own.index) : { name: 'pypi', credential: 'PYPI_TOKEN' },
    github: github === null || (github === undefined && !onGitHub) ? null : githubOf(github ?? {}),
    image: image && { ...image, withoutEngine: image.withoutEngine ?? (strict ? 'block' : 'skip') },
    mergeBack: mergeBack ?? file.branches.develop !== null,
  };
}

type IndexOfFile = NonNullable<ProjectFile['publish']['index']>;

function indexOf({ via, workflow, credential, ...place }: IndexOfFile): IndexTarget {
  return { ...place, credential: credential ?? null, ...(via === 'workflow' && workflow ? { workflow } : {}) };
}

function buildOf({ build: { via, workflow, sdist = 'worker' } }: ProjectFile): Pick<Project, 'build'> {
  return via === 'workflow' && workflow ? { build: { workflow, sdist } } : {};
}

/** An App's key is a credential like a token. */
function githubOf({
  credential,
  app,
  ...rest
}: NonNullable<ProjectFile['publish']['github']>): Project['publish']['github'] {
  if (app === undefined) return { ...rest, credential: credential ?? 'GITHUB_TOKEN' };
  const { key, ...installed } = app;
  return { ...rest, credential: key, app: installed };
}

/** An alpha is for the makers, a beta for the brave, an rc with full documentation, a stable version with everything. */
const STAGES: Readonly<Record<Stage, StageRules>> = {
  alpha: { gates: null, rehearsal: true, index: true, image: true, docs: false, checklist: false },
  beta: { gates: null, rehearsal: true, index: true, image: true, docs: false, checklist: false },
  rc: { gates: null, rehearsal: true, index: true, image: true, docs: false, checklist: true },
  stable: { gates: null, rehearsal: true, index: true, image: true, docs: true, checklist: true },
};

function stagesOf(file: ProjectFile): Project['stages'] {
  const rules = (stage: Stage): StageRules => ({ ...STAGES[stage], ...file.stages[stage] });
  return { alpha: rules('alpha'), beta: rules('beta'), rc: rules('rc'), stable: rules('stable') };
}
