import type { Project, Role } from './project.ts';

/** Who may do what: the only place that says so, for the API's routes and for signals that a run judges. */
const TABLE = {
  look: ['viewer', 'releaser', 'tech-lead', 'qa', 'product-owner', 'security', 'operator', 'admin'],
  start: ['releaser', 'admin'],
  'roll-back': ['releaser', 'operator', 'admin'],
  /** In a role that the person holds, where the run asks for it. */
  sign: ['releaser', 'tech-lead', 'qa', 'product-owner', 'security', 'operator', 'admin'],
  check: ['releaser', 'tech-lead', 'qa', 'product-owner', 'security', 'operator', 'admin'],
  fix: ['releaser', 'tech-lead', 'qa', 'product-owner', 'security', 'operator', 'admin'],
  decide: ['releaser', 'operator', 'admin'],
  skip: ['releaser', 'operator', 'admin'],
  control: ['releaser', 'operator', 'admin'],
  watch: ['releaser', 'operator', 'admin'],
  schedule: ['releaser', 'operator', 'admin'],
  /** Everybody's entries; one's own are anybody's to see. */
  audit: ['operator', 'admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Act = keyof typeof TABLE;

export const ACTS = Object.keys(TABLE) as readonly Act[];

/** What a project's file may say of its own: the others are the service's. */
export type ProjectsAct = Extract<Act, 'skip' | 'roll-back'>;

const VERBS: Readonly<Record<Act, string>> = {
  look: 'look',
  start: 'start a release',
  'roll-back': 'roll back',
  sign: 'sign off',
  check: 'tick off the checklist',
  fix: 'say that a fix is there',
  decide: 'decide on a blocked step',
  skip: 'skip a step',
  control: 'pause, resume or abort a run',
  watch: 'answer for a window',
  schedule: 'change a schedule',
  audit: "look at everybody's acts",
};

/** Roles that may do it; in a project whose file says so, others than usual. */
export function whoMay(act: Act, project?: Pick<Project, 'may'>): readonly Role[] {
  return (act === 'skip' || act === 'roll-back' ? project?.may?.[act] : undefined) ?? TABLE[act];
}

interface Person {
  readonly login: string;
  readonly roles: readonly Role[];
}

/** Why this person's roles do not allow it; undefined where they do. */
export function refusalByRole({ login, roles }: Person, act: Act, project?: Pick<Project, 'may'>): string | undefined {
  const may = whoMay(act, project);
  if (roles.some((role) => may.includes(role))) return undefined;
  return `${login} (${roles.join(', ') || 'no role'}) may not ${VERBS[act]}: ${may.join(', ')} may`;
}

/** The same for whoever sent a signal, by the people and the project that the run froze as it began. */
export function refusalOfSender(
  { frozen }: { frozen?: { project: Pick<Project, 'may'>; people: readonly Person[] } },
  by: string,
  act: Act,
): string | undefined {
  const person = frozen?.people.find(({ login }) => login === by);
  return person ? refusalByRole(person, act, frozen?.project) : `${by} is not known to this service`;
}

/** Four eyes: under strict policy nobody passes judgement on what they started. */
export function isOwnUnderStrict(project: Pick<Project, 'policy'>, by: string, startedBy: string): boolean {
  return project.policy === 'strict' && by === startedBy;
}
