import type { Gate, Project } from './project.ts';

/** What one command of a project may take of a build worker: bytes, counts, bytes of any one file. */
export interface Limits {
  readonly memory: number;
  /** Processes and threads. */
  readonly processes: number;
  /** Open at once. */
  readonly files: number;
  readonly fileSize: number;
}

export type LimitName = keyof Limits;

const GIB = 2 ** 30;
export const USUAL_LIMITS: Limits = { memory: 4 * GIB, processes: 1024, files: 4096, fileSize: 4 * GIB };

/** May project code run where it cannot be kept apart? `required`: no. `none`: it is not kept apart even where it could be. */
export type IsolationRule = 'required' | 'available' | 'none';

/** What a project wishes for its commands, beside what the worker does by itself. */
export interface Confinement {
  readonly isolation?: Exclude<IsolationRule, 'none'>;
  readonly limits?: Partial<Limits>;
}

export function confinementOf({ isolation, limits }: Project, gate?: Gate): Confinement {
  return { ...(isolation === undefined ? {} : { isolation }), limits: { ...limits, ...gate?.limits } };
}

export function limitsOf({ limits }: Confinement): Limits {
  return { ...USUAL_LIMITS, ...limits };
}

const BY_STRICTNESS: readonly IsolationRule[] = ['none', 'available', 'required'];

/** A project can only ask for more than the service does. */
export function stricter(service: IsolationRule, project: IsolationRule | undefined): IsolationRule {
  if (project === undefined) return service;
  return BY_STRICTNESS.indexOf(project) > BY_STRICTNESS.indexOf(service) ? project : service;
}

/** How a command was held, as the worker tells it. */
export interface Held {
  readonly isolation: 'bubblewrap' | 'namespaces' | 'none';
  readonly limits: 'cgroup v2' | 'cgroup v1' | 'rlimits' | 'none';
  /** Limits that it came up against. */
  readonly exceeded: readonly LimitName[];
}

/** `bubblewrap, limits by cgroup v2`: what a run's evidence says. */
export function heldWords({ isolation, limits }: Held): string {
  return `${isolation}, ${limits === 'none' ? 'no limits' : `limits by ${limits}`}`;
}

/** The name of that evidence. */
export const HELD = 'isolation';

/** A command may go on although one of its processes was refused, or ended: whoever reads its result must know. */
export function limitsReached({ exceeded }: Held): { name: string; value: string }[] {
  return exceeded.length === 0 ? [] : [{ name: 'limits reached', value: exceeded.map((one) => NAMES[one]).join(', ') }];
}

const NAMES: Readonly<Record<LimitName, string>> = {
  memory: 'memory',
  processes: 'processes',
  files: 'open files',
  fileSize: 'file size',
};

/** `it came up against its limit of memory (512 MiB)`, or nothing. */
function exceededWords(exceeded: readonly LimitName[], confinement: Confinement): string | undefined {
  if (exceeded.length === 0) return undefined;
  const limits = limitsOf(confinement);
  const named = exceeded.map((one) => `${NAMES[one]} (${amount(one, limits[one])})`);
  return `it came up against its limit of ${named.join(' and of ')}`;
}

function amount(name: LimitName, value: number): string {
  if (name === 'processes' || name === 'files') return String(value);
  const [unit, size] = value >= GIB ? ['GiB', GIB] : value >= 2 ** 20 ? ['MiB', 2 ** 20] : ['KiB', 1024];
  return `${Math.round((value / Number(size)) * 10) / 10} ${unit}`;
}

const NO_NETWORK =
  /(temporary failure in name resolution|name or service not known|network is unreachable|could ?n[o']t resolve|failed to resolve|nodename nor servname|EAI_AGAIN|ENETUNREACH|ENOTFOUND)/i;

/** A command without the network that complains of just that: what would let it have it. */
function networkHint(network: boolean, tail: string): string | undefined {
  if (network || !NO_NETWORK.test(tail)) return undefined;
  return 'it ran without the network, which `network: true` in the project file gives it';
}

interface Ended extends Held {
  readonly tail: string;
}

interface Asked {
  readonly network: boolean;
  readonly confinement: Confinement;
}

/** Of what a command may have failed that neither its status nor its report says. */
export function reasons({ exceeded, tail }: Ended, { network, confinement }: Asked): string[] {
  return [exceededWords(exceeded, confinement), networkHint(network, tail)].filter((one) => one !== undefined);
}

/** The same, as the beginning of a message. */
export function whyFailed(ended: Ended, asked: Asked): string {
  return reasons(ended, asked)
    .map((one) => `${one}; `)
    .join('');
}
