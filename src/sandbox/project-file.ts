import { ownerAndName } from '../config/address.ts';
import { APP } from './people.ts';

/** What a project file says, as it is written; only what the sandbox changes is named. */
export interface ProjectDocument {
  readonly [key: string]: unknown;
  readonly project?: string;
  readonly repository: string;
  readonly policy?: string;
  readonly gates?: readonly GateDocument[];
  readonly stages?: Readonly<Record<string, { readonly gates?: readonly string[] | null }>>;
  readonly build?: WorkflowPart;
  readonly publish?: PublishDocument;
  readonly monitoring?: MonitoringDocument;
}

type GateDocument = Readonly<Record<string, unknown>> & { readonly name?: string; readonly builtin?: string };
type ProbeDocument = string | (Readonly<Record<string, unknown>> & { readonly kind?: string; readonly url?: string });
type MonitoringDocument = Readonly<Record<string, unknown>> & { readonly probes?: readonly ProbeDocument[] };
type Target = { readonly name: string; readonly credential: string };
type IndexTarget = Omit<Target, 'credential'> & { readonly credential?: string } & WorkflowPart;

/** A part of a release that a workflow may do. */
interface WorkflowPart {
  readonly via?: string;
  readonly workflow?: { readonly file: string; readonly environment?: string | null };
}

interface PublishDocument {
  readonly [key: string]: unknown;
  readonly index?: IndexTarget;
  readonly testIndex?: Target | null;
  readonly github?: { readonly credential?: string; readonly app?: { readonly key: string } } | null;
  readonly image?: (Readonly<Record<string, unknown>> & { readonly name: string; readonly credential?: string }) | null;
}

export interface SandboxProject {
  readonly file: ProjectDocument & { readonly project: string };
  /** Names of the credential files that its steps ask for. */
  readonly credentials: { index?: string; testIndex?: string; github?: string; githubApp?: string; image?: string };
  /** Indexes of its own, and which of the sandbox's stands for them. */
  readonly indexes: Readonly<Record<string, 'index' | 'testIndex'>>;
  /** What is not as in the file, for people. */
  readonly notes: readonly string[];
}

/** Where the sandbox's parts are. */
export interface Surroundings {
  /** Address of the project's repository on the sandbox's GitHub. */
  readonly repository: string;
  readonly githubApi: string;
  readonly osvUrl: string;
  /** Host of the registry, where images can be built and pushed; else why not. */
  readonly registry: string | { readonly why: string };
}

const STRICT_BUILTINS = ['reviewed', 'checks', 'pythons', 'audit', 'licences'];
const STAGES = ['alpha', 'beta', 'rc', 'stable'];

/** The project as it is, but for the places: what leads outside leads to the sandbox, and waits are short. */
export function inSandbox(
  given: ProjectDocument,
  around: Surroundings,
  leftOut: Readonly<Record<string, string>>,
): SandboxProject {
  const place = ownerAndName(around.repository);
  const {
    index = { name: 'pypi', credential: 'PYPI_TOKEN' },
    testIndex,
    github,
    image,
    ...others
  } = given.publish ?? {};
  const wantsTestIndex = testIndex === undefined && given.policy === 'strict';
  const rehearsal = wantsTestIndex ? { name: 'testpypi', credential: 'TESTPYPI_TOKEN' } : testIndex;
  const app = github?.app && { id: APP.id, key: github.app.key };
  const hosted =
    github === null
      ? null
      : { ...(app ? { app } : { credential: github?.credential ?? 'GITHUB_TOKEN' }), apiUrl: around.githubApi };
  const container = imageIn(image, around.registry);
  const audited = withAdvisories(given, around.osvUrl);
  const { stages, notes } = withoutGates(audited, leftOut);
  const watched = shortWindow(given);
  const told = toldHere(given);
  const file = {
    ...audited,
    ...told.kept,
    project: given.project ?? place?.name.toLowerCase() ?? 'project',
    repository: around.repository,
    ...(stages === undefined ? {} : { stages }),
    ...(watched.monitoring === undefined ? {} : { monitoring: watched.monitoring }),
    publish: {
      ...others,
      index: byWorkflow(index) ?? bare(index),
      ...(rehearsal === undefined ? {} : { testIndex: rehearsal === null ? null : bare(rehearsal) }),
      github: hosted,
      ...(container.image === undefined ? {} : { image: container.image }),
    },
    waits: { reviewEvery: 1, visibleEvery: 1, checksEvery: 1, workflowEvery: 2 },
  };
  return {
    file,
    credentials: {
      ...(index.credential === undefined ? {} : { index: index.credential }),
      ...(rehearsal ? { testIndex: rehearsal.credential } : {}),
      ...(app ? { githubApp: app.key } : {}),
      ...(hosted && 'credential' in hosted ? { github: hosted.credential } : {}),
      ...(container.image ? { image: String(container.image.credential ?? 'REGISTRY_TOKEN') } : {}),
    },
    indexes: Object.fromEntries([
      ...(rehearsal ? [[rehearsal.name, 'testIndex' as const] as const] : []),
      [index.name, 'index' as const] as const,
    ]),
    notes: [...notes, ...container.notes, ...watched.notes, ...told.notes],
  };
}

/** Its own addresses are the service's to say. */
function bare<T extends IndexTarget>({ name, credential }: T): Pick<T, 'name' | 'credential'> {
  return { name, ...(credential === undefined ? {} : { credential }) };
}

function byWorkflow({ name, via, workflow }: IndexTarget) {
  return via === 'workflow' && workflow ? { name, via, workflow } : undefined;
}

function imageIn(image: PublishDocument['image'], registry: Surroundings['registry']) {
  if (!image) return { image, notes: [] };
  if (typeof registry === 'object') {
    return { image: null, notes: [`the container image is left out: ${registry.why}`] };
  }
  const name = `${registry}/${image.name.split('/').slice(1).join('/')}`;
  return { image: { ...image, name }, notes: [] };
}

type ChannelDocument =
  | string
  | (Readonly<Record<string, unknown>> & { readonly kind?: string; readonly name?: string });

/** A rehearsal tells nobody outside: what is on GitHub is on the sandbox's, and of the rest what stays on this machine is kept. */
function toldHere({ announce, board }: ProjectDocument) {
  if (!Array.isArray(announce) && !board) return { kept: {}, notes: [] };
  const channels = (Array.isArray(announce) ? announce : []) as ChannelDocument[];
  const kept = channels.filter(isHere);
  const gone = channels
    .filter((channel) => !isHere(channel))
    .map((one) => (typeof one === 'string' ? one : (one.name ?? one.kind)));
  return {
    kept: { ...(announce === undefined ? {} : { announce: kept }), ...(board ? { board: null } : {}) },
    notes: [
      ...gone.map((name) => `nothing is announced by ${name}: a rehearsal tells nobody outside`),
      ...(board ? ['the project board is left out: the sandbox has none of its own'] : []),
    ],
  };
}

function isHere(channel: ChannelDocument): boolean {
  if (typeof channel === 'string') return channel.startsWith('github-');
  const { kind = '', url, host } = channel;
  const here = (name: unknown) => ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(String(name));
  if (kind.startsWith('github-')) return true;
  return kind === 'email'
    ? here(host)
    : kind === 'webhook' && URL.canParse(String(url)) && here(new URL(String(url)).hostname);
}

/** Advisories come from the sandbox's own database. */
function withAdvisories(given: ProjectDocument, osvUrl: string): ProjectDocument {
  const own = given.gates;
  const audit = { builtin: 'audit', audit: { osvUrl } };
  const gates = own?.map((gate) =>
    gate.builtin === 'audit' ? { ...gate, audit: { ...(gate.audit as object | undefined), osvUrl } } : gate,
  );
  const missing = given.policy === 'strict' && own !== undefined && !own.some((gate) => gate.builtin === 'audit');
  return gates === undefined ? given : { ...given, gates: missing ? [...gates, audit] : gates };
}

/** Gates that nothing in the sandbox could ever answer are left out in every stage, and that is said. */
function withoutGates(
  { gates = [{ name: 'tests' }], policy, stages = {} }: ProjectDocument,
  leftOut: Readonly<Record<string, string>>,
) {
  const own = gates.map((gate) => gate.name ?? gate.builtin ?? '');
  const all = [
    ...own,
    ...(policy === 'strict' ? STRICT_BUILTINS.filter((name) => !gates.some((gate) => gate.builtin === name)) : []),
  ];
  const builtinOf = (name: string) => gates.find((gate) => gate.name === name)?.builtin ?? name;
  const gone = all.filter(
    (name) =>
      builtinOf(name) in leftOut && !(own.includes(name) && gates.some((gate) => gate.name === name && !gate.builtin)),
  );
  if (gone.length === 0) return { stages: undefined, notes: [] };
  const kept = STAGES.map((stage) => {
    const rules = stages[stage] ?? {};
    return [stage, { ...rules, gates: (rules.gates ?? all).filter((name) => !gone.includes(name)) }] as const;
  });
  return {
    stages: Object.fromEntries(kept),
    notes: gone.map((name) => `the gate ${name} is left out: ${leftOut[builtinOf(name)]}`),
  };
}

const WINDOW = { window: '15s', every: '5s' };

/** Nobody at a rehearsal waits a day, and sources elsewhere know nothing of it. */
function shortWindow({ monitoring, policy }: ProjectDocument) {
  if (monitoring === undefined && policy !== 'strict') return { monitoring, notes: [] };
  const all = (monitoring?.probes ?? []).map((probe) => (typeof probe === 'string' ? { kind: probe } : probe));
  const here = all.filter(({ url }) => url === undefined || /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url));
  const probes = here.map(({ every, after, ...probe }) => probe);
  const gone = all.filter((probe) => !here.includes(probe)).map(({ kind, name }) => String(name ?? kind));
  return {
    monitoring: { ...monitoring, ...WINDOW, probes },
    notes: [
      `the window is ${WINDOW.window} long`,
      ...gone.map((name) => `the probe ${name} is left out: its source is not in the sandbox`),
    ],
  };
}
